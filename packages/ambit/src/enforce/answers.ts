import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
type Values = Readonly<Record<string, unknown>>;
type Read = (source: unknown) => unknown;

/**
 * Answers one introspection field (`__schema` or `__type`) of a schema without graphql-js's `execute`, which looks at
 * every position anew. Values come from graphql's own introspection resolvers; each selection is prepared once, and
 * what it selects of one element is read once and shared between all places where that element stands.
 *
 * @param nodes every written occurrence of the field whose conditions hold
 * @throws where an argument cannot be coerced, or a value is not as introspection has it: then `execute` has to answer
 */
export function introspectionAnswer(
  schema: GraphQLSchema,
  nodes: readonly FieldNode[],
  fragments: Fragments,
  values: Values,
): unknown {
  const [first] = nodes;
  const definition = first?.name.value === '__schema' ? SchemaMetaFieldDef : TypeMetaFieldDef;
  return new Introspector(schema, fragments, values).field(definition, nodes)(undefined);
}

type Definition = typeof SchemaMetaFieldDef;

class Introspector {
  readonly #fragments: Fragments;
  readonly #values: Values;
  readonly #info: GraphQLResolveInfo;

  constructor(schema: GraphQLSchema, fragments: Fragments, values: Values) {
    this.#fragments = fragments;
    this.#values = values;
    this.#info = { schema } as GraphQLResolveInfo;
  }

  /** Prepares a field: what is left is to read it from a source. */
  field(definition: Definition, nodes: readonly FieldNode[]): Read {
    const [first] = nodes;
    const { resolve } = definition;
    if (!first || !resolve) throw new Error('a field of introspection always has a resolver');
    const args = getArgumentValues(definition, first, this.#values);
    const info = this.#info;
    const complete = this.#completed(definition.type, nodes);
    return (source) => complete(resolve(source, args, undefined, info));
  }

  #completed(type: GraphQLOutputType, nodes: readonly FieldNode[]): Read {
    if (isNonNullType(type)) {
      const inner = this.#completed(type.ofType, nodes);
      return (value) => {
        const answer = inner(value);
        if (answer === null) throw new Error('introspection has no null here');
        return answer;
      };
    }
    if (isListType(type)) {
      const inner = this.#completed(type.ofType, nodes);
      return (value) =>
        value === null || value === undefined ? null : Array.from(value as Iterable<unknown>, inner);
    }
    const named = getNamedType(type);
    if (isLeafType(named))
      return (value) => (value === null || value === undefined ? null : named.serialize(value));
    if (isObjectType(named)) return this.#object(named, nodes);
    throw new Error('introspection has leaves and objects');
  }

  #object(type: GraphQLObjectType, nodes: readonly FieldNode[]): Read {
    const groups = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const { selectionSet } of nodes)
      this.#collect(selectionSet?.selections ?? [], type, groups, visited);
    const fields = [...groups].map(([key, inner]) => ({
      key,
      read: this.field(definitionOf(type, inner), inner),
    }));
    const known = new Map<unknown, unknown>();
    return (source) => {
      if (source === null || source === undefined) return null;
      let answer = known.get(source);
      if (answer === undefined) {
        const made: Record<string, unknown> = {};
        for (const { key, read } of fields) made[key] = read(source);
        answer = made;
        known.set(source, made);
      }
      return answer;
    };
  }

  #collect(
    selections: readonly SelectionNode[],
    type: GraphQLObjectType,
    into: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const node of selections) {
      if (!this.#isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(node.name.value)) continue;
        visited.add(node.name.value);
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
      if (!fragment || (fragment.typeCondition && fragment.typeCondition.name.value !== type.name)) continue;
      this.#collect(fragment.selectionSet.selections, type, into, visited);
    }
  }

  #isIncluded(node: SelectionNode): boolean {
    if (!node.directives || node.directives.length === 0) return true;
    if (getDirectiveValues(GraphQLSkipDirective, node, this.#values)?.['if'] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.#values)?.['if'] !== false;
  }
}

function definitionOf(type: GraphQLObjectType, [node]: readonly FieldNode[]): Definition {
  const name = node?.name.value ?? '';
  if (name === '__typename') return { ...TypeNameMetaFieldDef, resolve: () => type.name } as Definition;
  const definition = type.getFields()[name];
  if (!definition) throw new Error('every field was validated');
  return definition as Definition;
}
