import type { Grants } from '../reference/credential.ts';
import type { Dice } from './dice.ts';
import { PERMISSIONS, POLICIES, type Protected, SCOPES } from './schemas.ts';

const PLACES: readonly (string | Readonly<Record<string, string>>)[] = [
  { project: 'acme/web' },
  { project: 'acme/web' },
  { project: 'acme/api' },
  { group: 'acme' },
  { group: 'acme/sub' },
  { project: 'acme/sub/deep' },
  { group: 'beta' },
  'user',
  'instance',
];

/** Places by the ids that they keep, some of which are names of others as well. */
const KEPT: typeof PLACES = [
  { group: 'g1' },
  { group: 'g2' },
  { group: 'g3' },
  { project: 'p1' },
  { project: 'p2' },
  { project: 'acme/api' },
];

/** Places that are granted often. */
const WIDE: readonly (readonly [number, (typeof PLACES)[number]])[] = [
  [0.5, { group: 'acme' }],
  [0.5, 'instance'],
  [0.4, 'user'],
];

const NEAR: typeof PLACES = [{ group: 'acme' }, { project: 'acme/web' }];

const LONG_AGO = '2001-01-01T00:00:00Z';
/** Not yet for any clock but one that is put ahead. */
export const FAR_AHEAD = '2999-01-01T00:00:00Z';

/** Makes grants: narrow and broad ones, so that answers are neither all denied nor all allowed. */
export function makeGrants(dice: Dice, roots: readonly string[], guarded: Protected): Grants {
  const { permissions: bundles, places, granularOnly } = guarded;
  const names = bundles ? [...bundles.permission_groups.map(({ name }) => name), 'read_a'] : PERMISSIONS;
  const breadth = dice.pick([0.4, 0.7, 0.9, 1, 1]);
  const granular = Array.from({ length: 1 + dice.below(6) }, () => ({
    permissions: dice.some(names, breadth),
    boundary: dice.pick(places && dice.chance(0.5) ? KEPT : PLACES),
  }));
  // Who holds little, but in a wide place, passes through what it cannot read.
  const isNear = dice.chance(0.5);
  if (isNear)
    granular.splice(0, granular.length, { permissions: dice.some(names, 0.45), boundary: dice.pick(NEAR) });
  for (const [probability, boundary] of isNear ? WIDE.slice(1) : WIDE)
    if (dice.chance(probability * breadth)) granular.push({ permissions: dice.some(names, 0.9), boundary });
  const scopes = dice.some(SCOPES, isNear ? 0.95 : breadth);
  if (dice.chance(granularOnly ? 0.3 : 0.08)) scopes.push('api');
  if (dice.chance(0.06)) scopes.push('read_api');
  if (dice.chance(0.12))
    scopes.push(`api:graphql:${dice.pick(['query', 'mutate'])}:${dice.pick([...roots, '*'])}`);
  return {
    ...(isNear || dice.chance(0.4 + breadth * 0.6) ? { subject: dice.pick(['ada', 'bob']) } : {}),
    ...(scopes.length > 0 ? { scopes } : {}),
    ...(isNear || dice.chance(breadth) ? { policies: dice.some(POLICIES, 0.85) } : {}),
    ...(dice.chance(0.95) ? { granular: granular.filter(({ permissions }) => permissions.length > 0) } : {}),
    ...(dice.chance(0.005) ? { caveats: [{ kind: 'unknown' }] } : {}),
    ...(dice.chance(0.025) ? { expires: dice.chance(0.2) ? LONG_AGO : FAR_AHEAD } : {}),
  };
}
