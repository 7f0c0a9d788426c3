/** What narrows a credential. Several are all asked for, and of one everything that it says. */
export interface Caveat {
  readonly operations?: readonly string[];
  readonly permissions?: readonly string[];
  readonly scopes?: readonly string[];
  readonly boundaries?: readonly (string | Readonly<Record<string, string>>)[];
  readonly readOnly?: true;
  readonly expires?: string;
  readonly address?: readonly string[];
  readonly label?: string;
}

/** Whether a value is a caveat to its last word. There are eight words, and one at least has to be said. */
export function isUnderstood(value: unknown): value is Caveat {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const said = Object.entries(value);
  return said.length > 0 && said.every(([word, what]) => isMeant(word, what));
}

function isMeant(word: string, what: unknown): boolean {
  switch (word) {
    case 'operations':
      return (
        isTexts(what) &&
        what.every((one) => /^(query|mutate|subscribe):(\*|[A-Za-z_][A-Za-z_0-9]*)$/.test(one))
      );
    case 'permissions':
    case 'scopes':
    case 'address':
      return isTexts(what);
    case 'boundaries':
      return Array.isArray(what) && what.length > 0 && what.every(isPlace);
    case 'readOnly':
      return what === true;
    case 'expires':
      return isInstant(what);
    case 'label':
      return typeof what === 'string';
    default:
      return false;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}

function isPlace(value: unknown): boolean {
  if (value === 'user' || value === 'instance') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [only, ...more] = Object.values(value);
  return typeof only === 'string' && more.length === 0;
}

/** A day, or a day and a time with its offset from Greenwich. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return false;
  const [day = '', time, ...more] = value.split('T');
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || more.length > 0) return false;
  return time === undefined || /^\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(time);
}
