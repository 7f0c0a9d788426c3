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

/** What no vocabulary has, or nobody can check here. */
const MALFORMED: readonly unknown[] = [
  { kind: 'unknown' },
  {},
  null,
  'query:*',
  [],
  { readOnly: false },
  { readOnly: 'true' },
  { operations: [] },
  { operations: ['query:n*'] },
  { operations: ['*'] },
  { operations: 'query:*' },
  { permissions: 'read_a' },
  { permissions: [] },
  { scopes: [1] },
  { boundaries: ['all_memberships'] },
  { boundaries: [{}] },
  { boundaries: [{ group: 'acme', project: 'acme/web' }] },
  { boundaries: { group: 'acme' } },
  { expires: 'soon' },
  { expires: 4e12 },
  { address: ['10.0.0.0/8'] },
  { readOnly: true, more: 1 },
  { label: 7 },
];

const LONG_AGO = '2001-01-01T00:00:00Z';
/** Not yet for any clock but one that is put ahead. */
export const FAR_AHEAD = '2999-01-01T00:00:00Z';

interface Holdings {
  readonly names: readonly string[];
  readonly places: Protected['places'];
  readonly scopes: readonly string[];
}

/** Makes caveats: one or two, mostly of a word or two, wide enough for something to be left. */
export function makeCaveats(dice: Dice, roots: readonly string[], holdings: Holdings): unknown[] {
  const caveats: unknown[] = [makeCaveat(dice, roots, holdings)];
  if (dice.chance(0.3)) caveats.push(makeCaveat(dice, roots, holdings));
  if (dice.chance(0.03)) caveats.push(dice.pick(MALFORMED));
  return caveats;
}

function makeCaveat(dice: Dice, roots: readonly string[], { names, places, scopes }: Holdings): unknown {
  const some = <T>(list: readonly T[], share: number): readonly T[] => {
    const picked = dice.some(list, share);
    return picked.length > 0 ? picked : [dice.pick(list)];
  };
  const operations = ['query', 'mutate'].flatMap((verb) => [...roots, '*'].map((root) => `${verb}:${root}`));
  const at = places && dice.chance(0.5) ? KEPT : PLACES;
  const words: readonly (readonly [number, string, () => unknown])[] = [
    [0.25, 'operations', () => some(operations, dice.pick([0.2, 0.5, 0.9]))],
    [0.4, 'permissions', () => some([...names, 'unheard_of'], dice.pick([0.4, 0.8]))],
    [0.25, 'scopes', () => some([...SCOPES, ...scopes, 'unheard:of', 'api'], dice.pick([0.4, 0.9]))],
    [
      0.4,
      'boundaries',
      () => [...some(at, dice.pick([0.2, 0.5])), ...(dice.chance(0.5) ? [{ group: 'acme' }] : [])],
    ],
    [0.1, 'readOnly', () => true],
    [0.03, 'expires', () => (dice.chance(0.2) ? LONG_AGO : FAR_AHEAD)],
    [0.1, 'label', () => 'one of many'],
  ];
  const said = words.flatMap(([chance, word, what]) =>
    dice.chance(chance) ? [[word, what()] as const] : [],
  );
  return said.length > 0 ? Object.fromEntries(said) : { label: 'nothing to say' };
}

/** Makes grants: narrow and broad ones, so that answers are neither all denied nor all allowed. */
export function makeGrants(dice: Dice, roots: readonly string[], guarded: Protected): Grants {
  const { permissions: bundles, places, granularOnly } = guarded;
  const names = bundles ? [...bundles.permission_groups.map(({ name }) => name), 'read_a'] : PERMISSIONS;
  const breadth = dice.pick([0.6, 0.8, 0.9, 1, 1]);
  const granular = Array.from({ length: 1 + dice.below(6) }, () => ({
    permissions: dice.some(names, breadth),
    boundary: dice.pick(places && dice.chance(0.5) ? KEPT : PLACES),
  }));
  // Who holds little, but in a wide place, passes through what it cannot read.
  const isNear = dice.chance(0.5);
  if (isNear)
    granular.splice(0, granular.length, { permissions: dice.some(names, 0.5), boundary: dice.pick(NEAR) });
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
    ...(dice.chance(0.08) ? { caveats: makeCaveats(dice, roots, { names, places, scopes }) } : {}),
    ...(dice.chance(0.025) ? { expires: dice.chance(0.2) ? LONG_AGO : FAR_AHEAD } : {}),
  };
}
