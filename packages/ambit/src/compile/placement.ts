import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { type BoundaryPath, boundaryPathProblem } from '../rules/boundarypath.ts';
import { type Alternative, type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';

type Field = GraphQLField<unknown, unknown>;

/** Why a rule cannot be enforced where it stands, as the end of a sentence; undefined where it can. */
export function placementProblem(schema: GraphQLSchema, rule: Rule): string | undefined {
  for (const element of rule.elements) {
    if (element.kind !== 'permissions') continue;
    for (const alternative of element.alternatives) {
      const problem = alternativeProblem(schema, rule.coordinate, alternative);
      if (problem) return problem;
    }
  }
  return undefined;
}

function alternativeProblem(
  schema: GraphQLSchema,
  coordinate: string,
  alternative: Alternative,
): string | undefined {
  const [typeName = '', member] = coordinate.split(/[.(]/);
  const type = schema.getType(typeName);
  if (!type) return undefined;
  if (member === undefined) return typeProblem(schema, type, alternative);
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  const field = type.getFields()[member];
  return field ? fieldProblem(schema, type, field, alternative) : undefined;
}

function typeProblem(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  alternative: Alternative,
): string | undefined {
  if (!isObjectType(type) && !isInterfaceType(type)) {
    return alternative.boundary && !alternative.argument
      ? 'a boundary path needs an object type to start from'
      : undefined;
  }
  if (STANDALONE_KINDS.includes(alternative.boundaryType) && !alternative.boundary) return undefined;
  if (rootTypes(schema).includes(type as GraphQLObjectType))
    return 'a rule on a root type cannot have a boundary';
  if (alternative.boundary) return pathProblem(schema, type, alternative.boundary);
  if (alternative.argument) return undefined;
  return `it needs \`boundary\` or \`boundaryArgument\` to find its ${alternative.boundaryType}`;
}

function fieldProblem(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  field: Field,
  alternative: Alternative,
): string | undefined {
  const { argument, boundary } = alternative;
  if (argument) {
    const problem = argumentProblem(field.args, argument);
    if (problem) return problem;
    return boundary && lookupProblem(schema, argument, boundary);
  }
  if (STANDALONE_KINDS.includes(alternative.boundaryType) && !boundary) return undefined;
  const atRoot = rootTypes(schema).includes(type as GraphQLObjectType);
  if (boundary && isOfMutations(schema, type)) {
    return `a mutation has run before \`boundary: "${boundary.text}"\` can be read from what it returns; it needs \`boundaryArgument\` to find its ${alternative.boundaryType} first`;
  }
  if (boundary) return pathProblem(schema, atRoot ? getNamedType(field.type) : type, boundary);
  return atRoot ? `it needs \`boundaryArgument\` to find its ${alternative.boundaryType}` : undefined;
}

/** Whether rules on fields of a type speak for mutations, be it through an interface of theirs. */
function isOfMutations(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  const mutation = schema.getMutationType();
  return [mutation, ...(mutation?.getInterfaces() ?? [])].some((one) => one === type);
}

function lookupProblem(
  schema: GraphQLSchema,
  argument: readonly string[],
  boundary: BoundaryPath,
): string | undefined {
  if (nodeTypesWith(schema, boundary).length > 0) return undefined;
  const found = schema.getQueryType()?.getFields()['node']
    ? `\`Query.node(id:)\` returns nothing that has \`boundary: "${boundary.text}"\``
    : `the schema has no \`Query.node(id: ID!)\`, by which \`boundary: "${boundary.text}"\` of what \`${argument.join('.')}\` names could be read before the field runs`;
  return `${found}; name the place itself in an argument, or ask for the permission in \`instance\``;
}

function pathProblem(schema: GraphQLSchema, type: GraphQLNamedType, path: BoundaryPath): string | undefined {
  const problem = boundaryPathProblem(schema, type, path);
  return problem && `its boundary \`${path.text}\` cannot be read: ${problem}`;
}

function argumentProblem(args: readonly GraphQLArgument[], path: readonly string[]): string | undefined {
  const text = path.join('.');
  let type: GraphQLInputType | undefined = args.find((arg) => arg.name === path[0])?.type;
  for (const step of path.slice(1)) {
    const input: GraphQLNamedType | undefined = type && getNamedType(unwrapList(type) ?? type);
    const fields = isInputObjectType(input) ? input.getFields() : {};
    type = Object.hasOwn(fields, step) ? fields[step]?.type : undefined;
  }
  return type ? undefined : `there is no argument \`${text}\``;
}

function unwrapList(type: GraphQLInputType): GraphQLInputType | undefined {
  const nullable = isNonNullType(type) ? type.ofType : type;
  return isListType(nullable) ? unwrapList(nullable.ofType) : nullable;
}

/** The root types that a schema has. */
export function rootTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type != null,
  );
}

/** How narrow scopes and caveats call the kind of operation whose root type this is; undefined for any other type. */
export function verbOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
): 'query' | 'mutate' | 'subscribe' | undefined {
  if (type === schema.getQueryType()) return 'query';
  if (type === schema.getMutationType()) return 'mutate';
  return type === schema.getSubscriptionType() ? 'subscribe' : undefined;
}

/**
 * Object types that `Query.node(id:)` can return and from which `path` can be read: those among which a
 * boundary argument that is an id is looked up.
 */
export function nodeTypesWith(schema: GraphQLSchema, path: BoundaryPath): GraphQLObjectType[] {
  const node = schema.getQueryType()?.getFields()['node'];
  if (node?.args.length !== 1 || node.args[0]?.name !== 'id') return [];
  const returned = getNamedType(node.type);
  const possible =
    isInterfaceType(returned) || isUnionType(returned)
      ? schema.getPossibleTypes(returned)
      : isObjectType(returned)
        ? [returned]
        : [];
  return possible.filter((type) => boundaryPathProblem(schema, type, path) === undefined);
}
