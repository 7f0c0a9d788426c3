import type { Caveat, GrantBoundary, Grants, GranularGrant } from 'ambit';
import type { Dice } from './dice.ts';

/** A bundle of the catalogue, as its file says. */
export interface Bundle {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly boundaries: readonly string[];
}

/** What credentials can be made of. */
export interface Material {
  readonly bundles: readonly Bundle[];
  readonly projects: readonly string[];
  readonly groups: readonly string[];
  readonly queries: readonly string[];
  readonly mutations: readonly string[];
}

/** On whose behalf all of them act: somebody who may see everything. */
export const SUBJECT = 'root';

/** Credentials of every sort, most of them granular; the subject may see everything, so that only they limit. */
export function makeCredentials(count: number, material: Material, dice: Dice): Grants[] {
  const sorts = [
    empty,
    narrow,
    coarse,
    spent,
    misplaced,
    reader,
    reader,
    reader,
    wide,
    person,
    mixed,
    mixed,
    passing,
    scattered,
    scattered,
    scattered,
  ];
  return Array.from({ length: count }, (_, index) => {
    const make = sorts[index % sorts.length] as Sort;
    return { subject: SUBJECT, ...make(material, dice, Math.floor(index / sorts.length)) };
  });
}

/** What a credential has to hold besides to run a mutation in a place. */
export function withPermissions(
  grants: Grants,
  permissions: readonly string[],
  boundary: GrantBoundary,
): Grants {
  return { ...grants, granular: [...(grants.granular ?? []), { permissions, boundary }] };
}

type Sort = (material: Material, dice: Dice, round: number) => Grants;

const empty: Sort = () => ({});

const narrow: Sort = ({ queries, mutations }, dice) => {
  const scopes = [
    ...dice.some(queries, 1 + dice.below(3)).map((name) => `api:graphql:query:${name}`),
    `api:graphql:mutate:${dice.pick(mutations)}`,
  ];
  return { scopes: dice.chance(0.1) ? ['api:graphql:query:*'] : scopes };
};

const coarse: Sort = (_, dice, round) => ({
  scopes: [['api', 'read_api', 'rest_api'][round % 3] as string],
  ...(dice.chance(0.5) ? { granular: [] } : {}),
});

/** Holds nothing any more, or holds it under a condition that nobody knows. */
const spent: Sort = (material, dice) => ({
  ...wide(material, dice, 0),
  ...(dice.chance(0.5)
    ? { expires: '2020-01-01T00:00:00Z' }
    : { caveats: [{ kind: 'unheard of' } as Caveat] }),
});

/** Permissions in kinds of place for which they are not offered. */
const misplaced: Sort = ({ bundles, projects }, dice) => ({
  granular: dice
    .some(bundles, 6)
    .flatMap(({ name, boundaries }): GranularGrant[] => [
      ...(boundaries.includes('project')
        ? []
        : [{ permissions: [name], boundary: { project: dice.pick(projects) } }]),
      ...(boundaries.includes('instance') ? [] : [{ permissions: [name], boundary: 'instance' as const }]),
      { permissions: [name], boundary: dice.pick(['user', 'all_memberships', 'personal'] as const) },
    ]),
});

/** Everything that can be read, in one place. */
const reader: Sort = ({ bundles, projects, groups }, dice) => {
  const permissions = bundles.map(({ name }) => name).filter((name) => name.startsWith('read_'));
  const boundary = dice.chance(0.6) ? { project: dice.pick(projects) } : { group: dice.pick(groups) };
  return {
    granular: [
      { permissions, boundary },
      ...(dice.chance(0.3) ? [{ permissions, boundary: 'instance' as const }] : []),
    ],
  };
};

/** Almost everything, in a group and what is below it. */
const wide: Sort = ({ bundles, groups }, dice) => {
  const permissions = bundles.map(({ name }) => name).filter(() => dice.chance(0.8));
  return {
    granular: [
      { permissions, boundary: { group: dice.pick(groups) } },
      { permissions, boundary: 'instance' },
      { permissions, boundary: 'user' },
    ],
  };
};

/** About people only. */
const person: Sort = (_, dice) => ({
  granular: [
    { permissions: dice.some(['read_user', 'read_user_email'], 1 + dice.below(2)), boundary: 'instance' },
  ],
});

/** Scopes and places together. */
const mixed: Sort = (material, dice, round) => ({
  ...scattered(material, dice, round),
  ...(dice.chance(0.3) ? narrow(material, dice, round) : {}),
});

/** One permission in one place: whatever is above it can be passed through and not read. */
const passing: Sort = ({ bundles, projects, groups }, dice) => {
  const [one] = dice.some(
    bundles.filter(({ name }) => /^read_(issue|note|ci_variable|member|merge_request)$/.test(name)),
    1,
  );
  return {
    granular: [
      {
        permissions: [one?.name ?? ''],
        boundary: dice.chance(0.7) ? { project: dice.pick(projects) } : { group: dice.pick(groups) },
      },
    ],
  };
};

const scattered: Sort = (material, dice) => ({
  granular: dice.some(material.bundles, 2 + dice.below(6)).flatMap(({ name, boundaries }) =>
    Array.from({ length: 1 + dice.below(3) }, () => ({
      permissions: [name],
      boundary: boundaryFor(boundaries, material, dice),
    })),
  ),
});

function boundaryFor(kinds: readonly string[], { projects, groups }: Material, dice: Dice): GrantBoundary {
  const kind = dice.pick(kinds);
  if (kind === 'project') return { project: dice.pick(projects) };
  if (kind === 'user') return 'user';
  return kind === 'group' ? { group: dice.pick(groups) } : 'instance';
}
