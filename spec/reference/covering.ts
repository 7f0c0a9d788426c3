import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Rule } from './rules.ts';

/** What stands over an object type (M3, M4). */
export type Cover = 'root' | 'inherits' | 'ruled' | 'public' | 'unmarked';

/** The rules of one schema, and what follows from them for its types and fields. */
export class Book {
  readonly schema: GraphQLSchema;
  readonly #rules: ReadonlyMap<string, Rule>;
  /** Whether what no rule names is denied on purpose. */
  readonly isRestDenied: boolean;
  readonly #isOpen: boolean;

  constructor(
    schema: GraphQLSchema,
    rules: ReadonlyMap<string, Rule>,
    rest: { readonly isOpen: boolean; readonly isRestDenied: boolean },
  ) {
    this.schema = schema;
    this.#rules = rules;
    this.isRestDenied = rest.isRestDenied;
    this.#isOpen = rest.isOpen && !rest.isRestDenied;
  }

  /** How caveats call the kind of operation whose root type this is; undefined for any other type. */
  verbOf(type: GraphQLObjectType): string | undefined {
    const { schema } = this;
    const roots = {
      query: schema.getQueryType(),
      mutate: schema.getMutationType(),
      subscribe: schema.getSubscriptionType(),
    };
    return Object.entries(roots).find(([, root]) => root === type)?.[0];
  }

  /** Rules of these coordinates that ask for anything. */
  asking(coordinates: readonly string[]): Rule[] {
    return coordinates.flatMap((name) => this.#rules.get(name) ?? []).filter(({ asks }) => asks.length > 0);
  }

  /** Whether a rule, or `@public`, stands on one of these coordinates. */
  isMarked(coordinates: readonly string[]): boolean {
    return coordinates.some((name) => {
      const rule = this.#rules.get(name);
      return rule !== undefined && (rule.isPublic || rule.asks.length > 0);
    });
  }

  /** M1: a rule on an interface holds for all its implementers. */
  typeRules(type: GraphQLObjectType): Rule[] {
    return this.asking(namesOf(type));
  }

  cover(type: GraphQLObjectType): Cover {
    const own = this.#rules.get(type.name);
    const rules = this.typeRules(type);
    if (this.isRoot(type)) return 'root';
    if (own?.inherits) return 'inherits';
    if (rules.length > 0) return 'ruled';
    if (own?.isPublic) return 'public';
    if (this.shape(type)) return 'inherits';
    return this.#isOpen ? 'public' : 'unmarked';
  }

  isRoot(type: GraphQLObjectType): boolean {
    const { schema } = this;
    return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);
  }

  /** M4: the Relay shapes, and a payload that says that it inherits. */
  shape(type: GraphQLObjectType): 'connection' | 'edge' | 'payload' | 'page' | undefined {
    const fields = type.getFields();
    const leads = (name: string, isList: boolean): boolean =>
      fields[name] !== undefined &&
      isCompositeType(getNamedType(fields[name].type)) &&
      isListType(getNullableType(fields[name].type)) === isList;
    if (type.name.endsWith('Connection') && (leads('edges', true) || leads('nodes', true)))
      return 'connection';
    if (type.name.endsWith('Edge') && leads('node', false)) return 'edge';
    const mutations = Object.values(this.schema.getMutationType()?.getFields() ?? {});
    const isPayload = mutations.some((field) => getNamedType(field.type) === type);
    if (isPayload && (type.name.endsWith('Payload') || this.#rules.get(type.name)?.inherits))
      return 'payload';
    return type.name === 'PageInfo' && fields['hasNextPage'] && fields['hasPreviousPage']
      ? 'page'
      : undefined;
  }

  /** The concrete types of a connection's or an edge's nodes. */
  nodeTypes(type: GraphQLObjectType): readonly GraphQLObjectType[] {
    const fields = type.getFields();
    const direct = fields['node'] ?? fields['nodes'];
    if (direct) return this.possible(getNamedType(direct.type));
    const edge = fields['edges'] ? getNamedType(fields['edges'].type) : undefined;
    const node = isObjectType(edge) ? edge.getFields()['node'] : undefined;
    return node ? this.possible(getNamedType(node.type)) : [];
  }

  possible(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
  }

  /** M1: the field itself, the same field on interfaces, its root type, and the leaf type or union that it returns. */
  fieldRules(type: GraphQLObjectType, name: string): Rule[] {
    const returned = getNamedType(type.getFields()[name]!.type);
    const isNamed = !isCompositeType(returned) || (isAbstractType(returned) && 'getTypes' in returned);
    return this.asking([
      ...fieldNames(type, name),
      ...(this.isRoot(type) ? [type.name] : []),
      ...(isNamed ? [returned.name] : []),
    ]);
  }

  /** M3: whether anything speaks for a field. */
  isCovered(type: GraphQLObjectType, name: string): boolean {
    if (!this.isRoot(type) || this.#isOpen || this.isMarked(fieldNames(type, name))) return true;
    const returned = getNamedType(type.getFields()[name]!.type);
    if (type !== this.schema.getQueryType() || !isObjectType(returned)) return false;
    if (['ruled', 'public'].includes(this.cover(returned))) return true;
    if (this.cover(returned) !== 'inherits' || this.shape(returned) !== 'connection') return false;
    const nodes = this.nodeTypes(returned);
    return nodes.length === 1 && ['ruled', 'public'].includes(this.cover(nodes[0]!));
  }
}

/** A type and the interfaces that it implements. */
export function namesOf(type: GraphQLObjectType): string[] {
  return [type.name, ...type.getInterfaces().map((one) => one.name)];
}

/** A field as it stands on its type and on the interfaces of that. */
export function fieldNames(type: GraphQLObjectType, field: string): string[] {
  return namesOf(type).map((name) => `${name}.${field}`);
}
