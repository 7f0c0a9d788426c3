import { type GraphQLObjectType, getNamedType, isInterfaceType, isNonNullType, isObjectType } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { fieldCoordinate } from '../coordinates.ts';
import { type Alternative, type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';
import { definedAt, type Finding, warning } from './finding.ts';

/** Rules that work, and of which people should know what they do. */
export function adviceOn(policy: Policy): Finding[] {
  return [
    ...[...policy.rules.values()].flatMap((rule) => [...nonNull(policy, rule), ...untied(policy, rule)]),
    ...unboundLists(policy),
  ];
}

/** M9: a denied field in a non-null position takes its parent with it. Mutations are refused whole instead. */
function nonNull(policy: Policy, rule: Rule): Finding[] {
  const [typeName = '', fieldName] = rule.coordinate.split('.');
  const type = policy.schema.getType(typeName);
  if (rule.elements.length === 0 || fieldName === undefined || type === policy.schema.getMutationType())
    return [];
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (!field || !isNonNullType(field.type)) return [];
  const saying = {
    code: 'NON_NULL_DENIABLE',
    coordinate: rule.coordinate,
    message: `\`${rule.coordinate}\` can be denied and is non-null: where it is denied, the object that holds it is null as well`,
    fix: 'make the field nullable, or accept that the whole object is lost with it',
  };
  return [warning(saying, rule.origin)];
}

/** M13: `user` without a path holds for every object alike. */
function untied(policy: Policy, rule: Rule): Finding[] {
  const isUntied = ofUser(rule).some(({ boundary, argument }) => !boundary && !argument);
  const [typeName = '', member] = rule.coordinate.split('.');
  const type = member === undefined ? undefined : policy.rules.get(typeName);
  const byType = type !== undefined && ofUser(type).some(({ boundary, argument }) => boundary || argument);
  if (!isUntied || byType) return [];
  const saying = {
    code: 'USER_UNTIED',
    coordinate: rule.coordinate,
    message: `\`${rule.coordinate}\` asks for the boundary \`user\`, and nothing ties the object to the token's own subject`,
    fix: "add `boundary:` with the path to the owner's id, or leave it if the API itself only ever answers with the caller's own",
  };
  return [warning(saying, rule.origin)];
}

function ofUser(rule: Rule): Alternative[] {
  return rule.elements
    .flatMap((element) => (element.kind === 'permissions' ? element.alternatives : []))
    .filter(({ boundaryType }) => boundaryType === 'user');
}

/** M4: the count and the cursors of a list that hangs on nothing have no boundary. */
function unboundLists(policy: Policy): Finding[] {
  const query = policy.schema.getQueryType();
  return Object.values(query?.getFields() ?? {}).flatMap((field) => {
    const type = getNamedType(field.type);
    if (!query || !isObjectType(type)) return [];
    const access = policy.typeAccess(type);
    const { covered, rules } = policy.fieldAccess(query, field);
    if (access.inheritsAs !== 'connection' || !covered || rules.some(isBounded)) return [];
    const isBoundedNode = access.nodeTypes.some((node) => policy.typeAccess(node).rules.some(isBounded));
    return isBoundedNode ? [unboundList(policy, query, field.name, type)] : [];
  });
}

function unboundList(
  policy: Policy,
  query: GraphQLObjectType,
  field: string,
  type: GraphQLObjectType,
): Finding {
  const coordinate = fieldCoordinate(query.name, field);
  const saying = {
    code: 'UNBOUND_LIST',
    coordinate,
    message: `\`${coordinate}\` hangs on no boundary: what \`${type.name}\` itself has (count, page, cursors) is denied to tokens that are limited to a boundary, its items are not`,
    fix: 'leave it if such tokens only need the items, or give the field a rule with `boundaryArgument`',
  };
  return warning(saying, definedAt(policy.schema, query.name, field));
}

function isBounded(rule: Rule): boolean {
  return rule.elements.some(
    (element) =>
      element.kind === 'permissions' &&
      element.alternatives.some(({ boundaryType }) => !STANDALONE_KINDS.includes(boundaryType)),
  );
}
