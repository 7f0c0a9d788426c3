import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { rootTypes } from '../compile/placement.ts';
import type { Policy } from '../compile/policy.ts';
import { coordinateKind, fieldCoordinate } from '../coordinates.ts';
import type { Rule } from '../rules/requirement.ts';

/** What can need a permission, in the order in which people look for it. */
export const NEEDERS = [
  'query',
  'mutation',
  'subscription',
  'type',
  'field',
  'argument',
  'input',
  'enumValue',
  'directive',
] as const;

/** One of them. */
export type Needer = (typeof NEEDERS)[number];

/** What needs a permission: coordinates of one sort, and the kinds of boundary in any one of which it is enough. */
export interface NeededBy {
  readonly needer: Needer;
  readonly boundaryTypes: readonly string[];
  readonly coordinates: readonly string[];
}

/** What needs each permission, by its name. */
export type Needed = ReadonlyMap<string, readonly NeededBy[]>;

/** One thing that is asked for at a coordinate; several things asked for there are several of these. */
interface Asked {
  readonly coordinate: string;
  readonly boundaryTypes: readonly string[];
}

/** Whatever has a rule, and each root field for the type that it returns: to ask for an issue is to read one. */
export function neededBy(policy: Policy): Needed {
  const asked = new Map<string, Map<string, Asked>>();
  for (const rule of policy.rules.values()) note(asked, rule.coordinate, [rule]);
  for (const root of rootTypes(policy.schema)) {
    for (const field of Object.values(root.getFields()))
      note(asked, fieldCoordinate(root.name, field.name), returnedRules(policy, root, field));
  }
  return new Map([...asked].map(([name, found]) => [name, sortedOut(policy, [...found.values()])]));
}

function note(asked: Map<string, Map<string, Asked>>, coordinate: string, rules: readonly Rule[]): void {
  for (const element of rules.flatMap(({ elements }) => elements)) {
    if (element.kind !== 'permissions') continue;
    const boundaryTypes = [...new Set(element.alternatives.map(({ boundaryType }) => boundaryType))].sort();
    const key = JSON.stringify([coordinate, boundaryTypes]);
    for (const name of element.names) {
      const found: Map<string, Asked> = asked.get(name) ?? new Map();
      asked.set(name, found.set(key, { coordinate, boundaryTypes }));
    }
  }
}

/** The rules of the object type that a root field returns, or of the items of the list that it returns. */
function returnedRules(
  policy: Policy,
  root: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): readonly Rule[] {
  const returned = getNamedType(field.type);
  if (!isObjectType(returned)) return policy.fieldAccess(root, field).rules;
  const access = policy.typeAccess(returned);
  const [node, ...others] = access.nodeTypes;
  const items = node && others.length === 0 ? policy.typeAccess(node).rules : [];
  return [...policy.fieldAccess(root, field).rules, ...access.rules, ...items];
}

function sortedOut(policy: Policy, found: readonly Asked[]): NeededBy[] {
  const groups = new Map<string, NeededBy & { readonly coordinates: string[] }>();
  for (const { coordinate, boundaryTypes } of found) {
    const needer = neederOf(policy, coordinate);
    const key = JSON.stringify([boundaryTypes, needer]);
    const group = groups.get(key) ?? { needer, boundaryTypes, coordinates: [] };
    group.coordinates.push(coordinate);
    groups.set(key, group);
  }
  const order = ({ boundaryTypes, needer }: NeededBy): string =>
    `${boundaryTypes.join(' ')} ${NEEDERS.indexOf(needer)}`;
  return [...groups.values()]
    .map((group) => ({ ...group, coordinates: group.coordinates.sort() }))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function neederOf({ schema }: Policy, coordinate: string): Needer {
  const [holder = ''] = coordinate.split('.');
  switch (coordinateKind(schema, coordinate)) {
    case 'field':
      if (holder === schema.getQueryType()?.name) return 'query';
      if (holder === schema.getMutationType()?.name) return 'mutation';
      return holder === schema.getSubscriptionType()?.name ? 'subscription' : 'field';
    case 'argument':
    case 'directiveArgument':
      return 'argument';
    case 'input':
    case 'inputField':
      return 'input';
    case 'enumValue':
      return 'enumValue';
    case 'directive':
      return 'directive';
    default:
      return 'type';
  }
}
