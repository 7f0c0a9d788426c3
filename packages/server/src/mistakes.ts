import { z } from 'zod';

import { nearestName } from './nearest.ts';

type Issue = z.core.$ZodRawIssue;

/**
 * Reads what somebody wrote or sent by its shape. What is wrong is said in words of ours: what is needed, and what was
 * there instead, of which a text is never repeated, since it may be a secret. A shape that has words of its own keeps
 * them.
 */
export function readByShape<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
): z.ZodSafeParseResult<z.output<Shape>> {
  return shape.safeParse(value, { error: inWords });
}

/** One mistake with where it is: `` `upstream.url`: must be a text; it is a number ``, without the full stop. */
export function sentenceOf({ path, message }: z.core.$ZodIssue, below: readonly PropertyKey[] = []): string {
  const name = shownPath([...below, ...path]);
  return name === '' ? message : `\`${name}\`: ${message}`;
}

/** A mistake as a sentence among others. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list, [ ... ]',
  object: 'a mapping, { ... }',
  record: 'a mapping, { ... }',
};

/** What zod found, in a sentence without its full stop. */
function inWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return needed(KINDS[issue.expected] ?? 'something else', issue.input);
    case 'invalid_value':
      return needed(choiceOf(issue.values), issue.input);
    case 'too_small':
    case 'too_big':
      return sizeOf(issue);
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, namesOf(issue.inst))).join('; ');
    case 'invalid_union':
      return unionOf(issue);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0]?.message ?? NO_WORDS;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return NO_WORDS;
  }
}

/** For what has no words of its own, and should have: a shape says them where it asks for a form. */
const NO_WORDS = 'has a form that is not taken here';

function needed(what: string, had: unknown): string {
  if (had === undefined) return `is missing: it has to be ${what}`;
  const isChoice = what !== KINDS['boolean'] && /^(?:`|one of)/.test(what);
  const kind = isChoice && typeof had === 'string' && had !== '' ? 'another text' : kindOf(had);
  return `must be ${what}; it is ${kind}`;
}

/** A text may be a secret, so it is not repeated. */
function kindOf(value: unknown): string {
  if (value === null) return '`null`';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a number that is not whole';
  if (typeof value === 'boolean') return `\`${value}\``;
  if (typeof value === 'object') return 'a mapping';
  return value === '' ? 'an empty text' : 'a text';
}

function choiceOf(values: readonly unknown[]): string {
  const names = values.map((value) => `\`${String(value)}\``);
  return names.length === 1 ? (names[0] ?? '') : `one of ${names.join(', ')}`;
}

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

function sizeOf(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const isSmall = issue.code === 'too_small';
  const bound = isSmall ? issue.minimum : issue.maximum;
  const unit = UNITS[String(issue.origin)];
  if (unit === undefined) return `must be at ${isSmall ? 'least' : 'most'} ${bound}; it is ${issue.input}`;
  const { length } = issue.input as { readonly length: number };
  if (isSmall && length === 0) return 'must not be empty';
  return `must have at ${isSmall ? 'least' : 'most'} ${bound} ${unit}; it has ${length}`;
}

/** A name that nobody knows, as far as it is one: behind a forgotten space or quote there may be a secret. */
export function shownKey(key: string): string {
  const [name = ''] = /^[\w-]{0,64}/.exec(key) ?? [];
  return name === key ? key : `${name}…`;
}

/** Where something stands, by its keys. */
export function shownPath(path: readonly PropertyKey[]): string {
  return path.map((key) => shownKey(String(key))).join('.');
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  return `there is no \`${shownKey(key)}\` here${hint}`.replace(/\?$/, '');
}

function namesOf(shape: unknown): readonly string[] {
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

/** Of a choice between forms: what is wrong with the one that was meant, or all that there are. */
function unionOf({ errors, input }: Extract<Issue, { code: 'invalid_union' }>): string {
  const meant = errors.find(([first]) => first !== undefined && !isOtherKind(first));
  if (meant !== undefined) return meant.map((issue) => sentenceOf(issue)).join('; ');
  const kinds = errors.flatMap(([first]) =>
    first?.code === 'invalid_type'
      ? (KINDS[first.expected] ?? [])
      : first?.code === 'invalid_value'
        ? choiceOf(first.values)
        : [],
  );
  return kinds.length === 0 ? NO_WORDS : needed(kinds.join(' or '), input);
}

function isOtherKind({ code, path }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}
