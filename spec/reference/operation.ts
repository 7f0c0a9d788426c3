import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What the operation does under one response key on one concrete type: the field that it is there. */
export interface Use {
  readonly key: string;
  /** Response keys from the root, without list indices (M20). */
  readonly path: readonly string[];
  readonly on: GraphQLObjectType;
  readonly name: string;
  /** Undefined for `__typename`. */
  readonly field: GraphQLField<unknown, unknown> | undefined;
  readonly nodes: readonly FieldNode[];
  /** The use that returns the object on which this one stands. */
  readonly parent: Use | undefined;
  /** What is selected below, for each concrete type that can come back. */
  readonly below: ReadonlyMap<string, readonly Use[]>;
}

/** One request's operation. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly coerced: Readonly<Record<string, unknown>>;
}

/** Everything that executes with these variables, as a tree (M6: what does not execute is not there). */
export function usesOf(operation: Operation, root: GraphQLObjectType): readonly Use[] {
  return select(operation, root, [operation.definition.selectionSet], undefined);
}

function select(
  operation: Operation,
  on: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  parent: Use | undefined,
): readonly Use[] {
  const collected = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const set of sets) collect(operation, on, set, collected, spread);
  return [...collected].map(([key, nodes]) => useOf(operation, on, key, nodes, parent));
}

function useOf(
  operation: Operation,
  on: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
  parent: Use | undefined,
): Use {
  const name = nodes[0]!.name.value;
  const field = name === '__typename' ? undefined : on.getFields()[name];
  const below = new Map<string, readonly Use[]>();
  const use: Use = { key, path: [...(parent?.path ?? []), key], on, name, field, nodes, parent, below };
  const returned = field && getNamedType(field.type);
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  for (const type of isCompositeType(returned) ? possible(operation.schema, returned) : [])
    below.set(type.name, select(operation, type, sets, use));
  return use;
}

/** GraphQL's CollectFields (section 6.3.2). */
function collect(
  operation: Operation,
  on: GraphQLObjectType,
  set: SelectionSetNode,
  into: Map<string, FieldNode[]>,
  spread: Set<string>,
): void {
  for (const node of set.selections) {
    if (!executes(node, operation.coerced)) continue;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      into.set(key, [...(into.get(key) ?? []), node]);
      continue;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD && spread.has(node.name.value)) continue;
    if (node.kind === Kind.FRAGMENT_SPREAD) spread.add(node.name.value);
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragmentOf(operation, node.name.value) : node;
    const condition = fragment.typeCondition?.name.value;
    if (condition === undefined || applies(operation.schema, condition, on))
      collect(operation, on, fragment.selectionSet, into, spread);
  }
}

function fragmentOf({ document }: Operation, name: string): FragmentDefinitionNode {
  const found = document.definitions.find(
    (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
  );
  return found as FragmentDefinitionNode;
}

function applies(schema: GraphQLSchema, condition: string, on: GraphQLObjectType): boolean {
  const type = schema.getType(condition);
  return type === on || (isAbstractType(type) && schema.isSubType(type, on));
}

function possible(
  schema: GraphQLSchema,
  type: Parameters<GraphQLSchema['getPossibleTypes']>[0] | GraphQLObjectType,
): readonly GraphQLObjectType[] {
  return isObjectType(type) ? [type] : schema.getPossibleTypes(type);
}

function executes(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  return (node.directives ?? []).every(({ name, arguments: given }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const value = given?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : value?.kind === Kind.BOOLEAN && value.value;
    return (holds === true) === (name.value === 'include');
  });
}
