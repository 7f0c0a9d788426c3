/*
 * Control characters, of which PostgreSQL takes no NUL in a text and nothing of ours has a use for the others. Tab and
 * the ends of lines may be in notes.
 */
const CONTROL = /[^\P{Cc}\t\n\r]/u;
const ENCODED = /%(?:0[0-8bcef]|1[0-9a-f]|7f)/i;
/** As JSON writes one. */
const ESCAPED = /\\u00(?:0[0-8bcef]|1[0-9a-f]|7f)/i;

/** Whether a text has a control character in it. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text);
}

/** Whether an address, or a form as it is sent, has one in it, or one within JSON. */
export function hasEncodedControl(sent: string): boolean {
  if (CONTROL.test(sent) || ENCODED.test(sent)) return true;
  return ESCAPED.test(sent.replace(/%5c/gi, '\\'));
}

/** Whether a value out of JSON has a control character in one of its texts or names. */
export function hasControlWithin(value: unknown): boolean {
  if (typeof value === 'string') return hasControl(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, part]) => hasControl(name) || hasControlWithin(part));
}
