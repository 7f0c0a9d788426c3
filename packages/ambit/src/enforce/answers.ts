import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
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
import { type CoercedVariables, coercedArguments, outputValue } from '../graphql/values.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
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
  values: CoercedVariables,
): unknown {
  const [first] = nodes;
  const definition = first?.name.value === '__schema' ? SchemaMetaFieldDef : TypeMetaFieldDef;
  return new Introspector(schema, fragments, values).field(definition, nodes)(undefined);
}

type Definition = typeof SchemaMetaFieldDef;

class Introspector {
  readonly #fragments: Fragments;
  readonly #values: CoercedVariables;
  readonly #info: GraphQLResolveInfo;

  constructor(schema: GraphQLSchema, fragments: Fragments, values: CoercedVariables) {
    this.#fragments = fragments;
    this.#values = values;
    this.#info = { schema } as GraphQLResolveInfo;
  }

  /** Prepares a field: what is left is to read it from a source. */
  field(definition: Definition, nodes: readonly FieldNode[]): Read {
    const [first] = nodes;
    const { resolve } = definition;
    if (!first || !resolve) throw new Error('a field of introspection always has a resolver');
    const args = coercedArguments(definition, first, this.#values);
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
      return (value) => (isNothing(value) ? null : listOf(value as Iterable<unknown>, inner));
    }
    const named = getNamedType(type);
    if (isLeafType(named)) return (value) => (isPlain(value) ? (value ?? null) : outputValue(named, value));
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
    // A copy has its size from the start; an object that grows key by key is moved over and over.
    const empty = Object.fromEntries(fields.map(({ key }) => [key, null]));
    const made = (source: unknown): unknown => {
      const answer: Record<string, unknown> = { ...empty };
      for (const { key, read } of fields) answer[key] = read(source);
      return answer;
    };
    // A type stands in many places; anything else in one.
    return type.name === '__Type' ? remembered(made) : (source) => (isNothing(source) ? null : made(source));
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
    if (this.#condition(GraphQLSkipDirective, node) === true) return false;
    return this.#condition(GraphQLIncludeDirective, node) !== false;
  }

  #condition(directive: GraphQLDirective, node: SelectionNode): unknown {
    const written = node.directives?.find(({ name }) => name.value === directive.name);
    return written && coercedArguments(directive, written, this.#values)['if'];
  }
}

function definitionOf(type: GraphQLObjectType, [node]: readonly FieldNode[]): Definition {
  const name = node?.name.value ?? '';
  if (name === '__typename') return { ...TypeNameMetaFieldDef, resolve: () => type.name } as Definition;
  const definition = type.getFields()[name];
  if (!definition) throw new Error('every field was validated');
  return definition as Definition;
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function listOf(values: Iterable<unknown>, read: Read): unknown[] {
  const answers: unknown[] = [];
  for (const value of values) answers.push(read(value));
  return answers;
}

function remembered(read: Read): Read {
  const known = new Map<unknown, unknown>();
  return (source) => {
    if (isNothing(source)) return null;
    let answer = known.get(source);
    if (answer === undefined) {
      answer = read(source);
      known.set(source, answer);
    }
    return answer;
  };
}

/** In introspection strings, booleans and names of enum values stand for themselves. */
function isPlain(value: unknown): boolean {
  return isNothing(value) || typeof value === 'string' || typeof value === 'boolean';
}
