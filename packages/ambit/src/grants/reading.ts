import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';

/** How grants and caveats are read from values that came from outside. Each throws an AmbitError BAD_GRANTS. */

export function mapping(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new AmbitError('BAD_GRANTS', `${what} has to be a mapping; found ${found(value)}`);
}

export function onlyKeys(source: Record<string, unknown>, known: readonly string[], what: string): void {
  for (const key of Object.keys(source)) {
    if (known.includes(key)) continue;
    throw new AmbitError(
      'BAD_GRANTS',
      `\`${key}\` is no known key of ${what}; known are ${known.join(', ')}`,
      {
        suggestion: nearest(key, known),
      },
    );
  }
}

export function text(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  throw wrong(key, 'a string', value);
}

export function texts(value: unknown, key: string): string[] {
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string'))
    return [...value];
  throw wrong(key, 'a list of strings', value);
}

export function instant(value: unknown, key: string): string {
  const stamp = text(value, key);
  if (
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(stamp) &&
    !Number.isNaN(Date.parse(stamp))
  )
    return stamp;
  throw wrong(key, 'an ISO 8601 instant such as 2027-01-31T12:00:00Z', value);
}

export function wrong(key: string, wanted: string, value: unknown): AmbitError {
  return new AmbitError('BAD_GRANTS', `\`${key}\` has to be ${wanted}; found ${found(value)}`);
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
