import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { GrantBoundary, Grants, GranularGrant } from '../types.ts';

const KEYS = [
  'subject',
  'client',
  'authenticated',
  'scopes',
  'policies',
  'roles',
  'granular',
  'expires',
  'caveats',
];
const GRANULAR_KEYS = ['permissions', 'boundary'];
const NAMED_BOUNDARIES = ['user', 'instance', 'all_memberships', 'personal'];

/**
 * Grants out of a value that came from outside (a file, a store, a claim).
 * @throws AmbitError BAD_GRANTS for an unknown key or a wrong type: grants that are not understood grant nothing.
 */
export function parseGrants(value: unknown): Grants {
  const source = mapping(value, 'grants');
  onlyKeys(source, KEYS, 'grants');
  const grants: { -readonly [Key in keyof Grants]: Grants[Key] } = {};
  for (const key of ['subject', 'client'] as const) {
    if (source[key] !== undefined) grants[key] = text(source[key], key);
  }
  if (source['authenticated'] !== undefined) {
    if (typeof source['authenticated'] !== 'boolean')
      throw wrong('authenticated', 'true or false', source['authenticated']);
    grants.authenticated = source['authenticated'];
  }
  for (const key of ['scopes', 'policies', 'roles'] as const) {
    if (source[key] !== undefined) grants[key] = texts(source[key], key);
  }
  if (source['granular'] !== undefined) grants.granular = granularFrom(source['granular']);
  if (source['expires'] !== undefined) grants.expires = instant(source['expires']);
  if (source['caveats'] !== undefined) {
    if (!Array.isArray(source['caveats'])) throw wrong('caveats', 'a list', source['caveats']);
    grants.caveats = source['caveats'];
  }
  return grants;
}

/** Whether grants are what a file of them may hold. Those that are not grant nothing. */
export function isUnderstood(grants: unknown): boolean {
  try {
    parseGrants(grants);
    return true;
  } catch {
    return false;
  }
}

function granularFrom(value: unknown): GranularGrant[] {
  if (!Array.isArray(value)) throw wrong('granular', 'a list', value);
  return value.map((item: unknown) => {
    const entry = mapping(item, 'a granular grant');
    onlyKeys(entry, GRANULAR_KEYS, 'a granular grant');
    return {
      permissions: texts(entry['permissions'], 'permissions'),
      boundary: boundaryFrom(entry['boundary']),
    };
  });
}

function boundaryFrom(value: unknown): GrantBoundary {
  if (typeof value === 'string') {
    if (NAMED_BOUNDARIES.includes(value)) return value as GrantBoundary;
    throw new AmbitError(
      'BAD_GRANTS',
      `\`${value}\` is no boundary by itself; known are ${NAMED_BOUNDARIES.join(', ')}`,
      {
        suggestion: nearest(value, NAMED_BOUNDARIES) ?? 'name an object as `{ project: acme/web }`',
      },
    );
  }
  const entries = Object.entries(mapping(value, '`boundary`'));
  const [only, ...more] = entries;
  if (!only || more.length > 0) {
    throw new AmbitError('BAD_GRANTS', `\`boundary\` has to name exactly one kind; found ${entries.length}`);
  }
  return { [only[0]]: text(only[1], only[0]) };
}

function mapping(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new AmbitError('BAD_GRANTS', `${what} has to be a mapping; found ${found(value)}`);
}

function onlyKeys(source: Record<string, unknown>, known: readonly string[], what: string): void {
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

function text(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  throw wrong(key, 'a string', value);
}

function texts(value: unknown, key: string): string[] {
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string'))
    return [...value];
  throw wrong(key, 'a list of strings', value);
}

function instant(value: unknown): string {
  const stamp = text(value, 'expires');
  if (
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(stamp) &&
    !Number.isNaN(Date.parse(stamp))
  )
    return stamp;
  throw wrong('expires', 'an ISO 8601 instant such as 2027-01-31T12:00:00Z', value);
}

function wrong(key: string, wanted: string, value: unknown): AmbitError {
  return new AmbitError('BAD_GRANTS', `\`${key}\` has to be ${wanted}; found ${found(value)}`);
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
