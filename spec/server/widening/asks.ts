import type { Caveat, Grants, GranularGrant } from 'ambit';

import type { Dice } from '../../differential/dice.ts';
import { assignables, operations } from './rights.ts';

/** What is asked for of scopes and permissions. */
export interface Asked {
  readonly scopes: readonly string[];
  readonly granular: readonly GranularGrant[];
}

const VERBS: Readonly<Record<string, string>> = {
  Query: 'query',
  Mutation: 'mutate',
  Subscription: 'subscribe',
};
const NARROW: readonly string[] = operations.map(({ field }) => {
  const [root = '', name = ''] = field.split('.');
  return `${VERBS[root]}:${name}`;
});
const PROJECTS = ['acme/web', 'acme/vault', 'acme/docs', 'acme/platform/data/reports', 'acme-labs/portal'];
const GROUPS = ['acme', 'acme/platform', 'acme/platform/data', 'acme-labs'];

function scope(dice: Dice): string {
  return dice.weighted([
    [1, 'api'],
    [1, 'read_api'],
    [4, `api:graphql:${dice.pick(NARROW)}`],
  ]);
}

function grant(dice: Dice): GranularGrant {
  const kind = dice.weighted([
    [5, 'project'],
    [4, 'group'],
    [1, 'user'],
    [1, 'instance'],
  ] as const);
  const names = assignables.filter(({ boundaries }) => boundaries.includes(kind)).map(({ name }) => name);
  const most = dice.pick([0.1, 0.4, 1]);
  const permissions = dice.some(names, most);
  return {
    permissions: permissions.length > 0 ? permissions : [dice.pick(names)],
    boundary: place(dice, kind),
  };
}

function place(
  dice: Dice,
  kind: 'project' | 'group' | 'user' | 'instance',
): 'user' | 'instance' | Record<string, string> {
  if (kind === 'project') return { project: dice.pick(PROJECTS) };
  return kind === 'group' ? { group: dice.pick(GROUPS) } : kind;
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** Anything at all, at least one thing. */
export function anything(dice: Dice): Asked {
  const scopes = [...new Set(times(dice.below(4), () => scope(dice)))];
  const granular = times(dice.below(3), () => grant(dice));
  return scopes.length + granular.length > 0 ? { scopes, granular } : { scopes, granular: [grant(dice)] };
}

/** Some of what is held, at smaller places now and then, and now and then more than that. */
export function someOf(dice: Dice, { scopes = [], granular = [] }: Grants): Asked {
  const kept = granular.map(({ permissions, boundary }) => ({
    permissions: atLeastOne(dice, permissions),
    boundary: dice.chance(0.3) && typeof boundary === 'object' ? place(dice, 'project') : boundary,
  }));
  const more = dice.chance(0.35) ? anything(dice) : { scopes: [], granular: [] };
  const asked = {
    scopes: [...new Set([...dice.some(scopes, 0.7), ...more.scopes])],
    granular: [...dice.some(kept, 0.7), ...more.granular],
  };
  return asked.scopes.length + asked.granular.length > 0 ? asked : { scopes, granular: kept };
}

function atLeastOne<T>(dice: Dice, items: readonly T[]): readonly T[] {
  const some = dice.some(items, 0.6);
  return some.length > 0 ? some : items.slice(0, 1);
}

/** A caveat of every sort but `address`, which is about a connection, and not about rights. */
export function caveat(dice: Dice): Omit<Caveat, 'expires'> & { readonly expires: string } {
  const wanted = anything(dice);
  const permissions = wanted.granular.flatMap((one) => one.permissions);
  return {
    expires: dice.pick(['10m', '1h', '24h']),
    ...(dice.chance(0.3) ? { operations: some(dice, [...NARROW, 'query:*', 'mutate:*']) } : {}),
    ...(dice.chance(0.3) && permissions.length > 0 ? { permissions } : {}),
    ...(dice.chance(0.2) && wanted.scopes.length > 0 ? { scopes: wanted.scopes } : {}),
    ...(dice.chance(0.3)
      ? { boundaries: times(1 + dice.below(2), () => place(dice, dice.pick(['project', 'group', 'user']))) }
      : {}),
    ...(dice.chance(0.3) ? { readOnly: true as const } : {}),
    ...(dice.chance(0.2) ? { label: 'for a build' } : {}),
  };
}

function some(dice: Dice, items: readonly string[]): string[] {
  return times(1 + dice.below(8), () => dice.pick(items));
}
