import type { Ambit } from 'ambit';
import { type GraphQLObjectType, isObjectType } from 'graphql';

import { nearestName } from './nearest.ts';
import type { ScopeDescriptions } from './oauth/config.ts';

/** One thing that a token can be given. */
export interface Grantable {
  /** What is asked for: a scope, or an assignable permission with one of its boundaries. */
  readonly kind: 'scope' | 'query' | 'mutation' | 'subscription' | 'permission';
  readonly name: string;
  readonly description: string | null;
  /** Kinds of boundary in which a permission can be given; empty for scopes, and where any kind will do. */
  readonly boundaries: readonly string[];
}

const COARSE: readonly Grantable[] = [
  scope('api', 'everything, but for what no scope opens'),
  scope('read_api', 'every query, but for what no scope opens'),
];

/** All that a token can be given of an API, in the order in which people look for it. */
export function grantableOf(
  { policy }: Ambit,
  isOurs: (name: string) => boolean,
  described: ScopeDescriptions = {},
): readonly Grantable[] {
  const { schema, catalog, rules } = policy;
  const asked = [...rules.values()]
    .flatMap(({ elements }) => elements)
    .flatMap((element) => (element.kind === 'scopes' ? element.anyOf.flat() : []));
  const bundles = [...catalog.assignables.values()].filter(({ deprecated }) => deprecated !== true);
  const declared = bundles.length > 0 ? bundles : [...catalog.permissions.values()];
  const permissions = declared.length > 0 ? declared : askedPermissions(rules.values());
  return [
    ...rootScopes(schema.getMutationType(), 'mutation', 'mutate', isOurs),
    ...rootScopes(schema.getQueryType(), 'query', 'query', isOurs),
    ...rootScopes(schema.getSubscriptionType(), 'subscription', 'subscribe', isOurs),
    ...permissions.map(
      (permission): Grantable => ({
        kind: 'permission',
        name: permission.name,
        description: permission.description ?? null,
        boundaries: catalog.assignables.get(permission.name)?.boundaries ?? [],
      }),
    ),
    ...[...new Set(asked)].sort().map((name) => scope(name, null)),
    ...COARSE,
  ].map((one) => ({ ...one, description: wordsFor(one, described) ?? one.description }));
}

type Rule = Ambit['policy']['rules'] extends ReadonlyMap<string, infer One> ? One : never;

/** Without a catalogue: what the rules ask for, by its name alone. */
function askedPermissions(
  rules: Iterable<Rule>,
): readonly { readonly name: string; readonly description?: undefined }[] {
  const names = [...rules]
    .flatMap(({ elements }) => elements)
    .flatMap((element) => (element.kind === 'permissions' ? element.names : []));
  return [...new Set(names)].sort().map((name) => ({ name }));
}

/** Scopes that are described and that no rule asks for: nobody will ever hold them. Each with what may have been meant. */
export function unaskedScopes(
  described: ScopeDescriptions,
  grantable: readonly Grantable[],
): readonly { readonly scope: string; readonly didYouMean?: string }[] {
  const known = new Set(grantable.filter(({ kind }) => kind !== 'permission').map(({ name }) => name));
  return Object.keys(described)
    .filter((scope) => !known.has(scope) && !scope.startsWith('api:graphql:'))
    .map((scope) => {
      const near = nearestName(scope, known);
      return { scope, ...(near === undefined ? {} : { didYouMean: near }) };
    });
}

function wordsFor({ kind, name }: Grantable, described: ScopeDescriptions): string | undefined {
  return kind !== 'permission' && Object.hasOwn(described, name) ? described[name]?.description : undefined;
}

function rootScopes(
  type: GraphQLObjectType | null | undefined,
  kind: Grantable['kind'],
  verb: string,
  isOurs: (name: string) => boolean,
): Grantable[] {
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields())
    .filter(({ name }) => !isOurs(name))
    .map(({ name, description }) => ({
      kind,
      name: `api:graphql:${verb}:${name}`,
      description: description ?? null,
      boundaries: [],
    }));
}

function scope(name: string, description: string | null): Grantable {
  return { kind: 'scope', name, description, boundaries: [] };
}
