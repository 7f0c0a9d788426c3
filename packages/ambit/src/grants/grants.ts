import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { Caveat, GrantBoundary, Grants, GranularGrant } from '../types.ts';
import { parseCaveats } from './caveats.ts';
import { instant, mapping, onlyKeys, text, texts, wrong } from './reading.ts';

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
 * @throws AmbitError BAD_GRANTS for an unknown key or a wrong type, in the grants or in a caveat of theirs: grants that are not understood grant nothing.
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
  if (source['expires'] !== undefined) grants.expires = instant(source['expires'], 'expires');
  if (source['caveats'] !== undefined) grants.caveats = parseCaveats(source['caveats']);
  return grants;
}

/**
 * The same, but that caveats which are not understood stay as they are: whoever decides is barred by them, which is
 * told otherwise than that nobody knows the token.
 * @throws AmbitError BAD_GRANTS for whatever else is not understood
 */
export function parseWithAnyCaveats(value: unknown): Grants {
  const { caveats, ...rest } = mapping(value, 'grants');
  return caveats === undefined ? parseGrants(rest) : { ...parseGrants(rest), caveats: caveats as Caveat[] };
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
