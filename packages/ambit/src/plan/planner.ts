import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { AmbitError } from '../errors.ts';
import { conditionsKey } from './conditions.ts';
import { directiveUse, operationDirectives } from './directiveuses.ts';
import { introspectionSize } from './introspectionsize.ts';
import type { Condition, DirectiveUse, FieldUse, Plan, Selection } from './plan.ts';
import { refusePrototype, rootTypeOf, selectOperation } from './selectoperation.ts';

/** More uses than this in one operation is an attack on the planner, not a question. */
const MAX_USES = 20_000;
const MAX_DEPTH = 200;
/** Tools that ask for everything come to some hundreds. */
const MAX_INTROSPECTION = 1_000;

/**
 * Plans one operation of a valid document.
 * @throws AmbitError BAD_OPERATION where the operation is missing, ambiguous, too large or too deep.
 */
export function planOperation(policy: Policy, document: DocumentNode, operationName?: string): Plan {
  const operation = selectOperation(document, operationName);
  refusePrototype(operation);
  const rootType = rootTypeOf(policy.schema, operation.operation);
  const planner = new Planner(policy, document);
  const root = planner.select(
    rootType,
    [{ set: operation.selectionSet, scope: rootType, conditions: [] }],
    undefined,
  );
  return {
    policy,
    document,
    operation,
    fragments: planner.fragments,
    root,
    rootType,
    introspects: planner.introspects,
    size: planner.size,
    conditionVariables: planner.conditionVariables,
    directives: [...operationDirectives(operation), ...planner.directives],
    typeConditions: planner.typeConditions,
  };
}

interface Source {
  readonly set: SelectionSetNode;
  /** The type in whose scope the client wrote these selections. */
  readonly scope: GraphQLNamedType;
  readonly conditions: readonly Condition[];
}

class Planner {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly directives: DirectiveUse[] = [];
  readonly typeConditions: Set<string> = new Set();
  readonly conditionVariables: Set<string> = new Set();
  introspects = false;
  /** Uses of fields, and concrete types looked at. */
  size = 0;
  readonly #policy: Policy;
  #work = 0;
  #introspected = 0;

  constructor(policy: Policy, document: DocumentNode) {
    this.#policy = policy;
    this.fragments = new Map(
      document.definitions
        .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
        .map((one) => [one.name.value, one]),
    );
  }

  select(type: GraphQLObjectType, sources: readonly Source[], parent: FieldUse | undefined): Selection {
    this.#count();
    const selection: Selection = { access: this.#policy.typeAccess(type), fields: new Map() };
    if ((parent?.path.length ?? 0) >= MAX_DEPTH) throw tooMuch(`it nests deeper than ${MAX_DEPTH} levels`);
    const visited = new Set<string>();
    for (const source of sources) this.#collect(selection, type, source, parent, visited);
    for (const use of selection.fields.values()) this.#descend(use);
    return selection;
  }

  #collect(
    into: Selection,
    type: GraphQLObjectType,
    source: Source,
    parent: FieldUse | undefined,
    visited: Set<string>,
  ): void {
    for (const node of source.set.selections) {
      this.#work += 1;
      if (this.#work > MAX_USES * 10) throw tooMuch('it takes too many steps to plan');
      const conditions = this.#conditionsOf(node, source.conditions);
      if (!conditions) continue;
      if (node.kind === Kind.FIELD) {
        this.#addField(into, type, node, source.scope, conditions, parent);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(node.name.value) : node;
      if (!fragment) continue;
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const mark = `${node.name.value} ${conditionsKey(conditions)}`;
        if (visited.has(mark)) continue;
        visited.add(mark);
        this.#keepDirectives(fragment.directives ?? [], conditions);
      }
      const scope = fragment.typeCondition ? this.#scope(fragment.typeCondition.name.value) : source.scope;
      if (scope !== type && !(isAbstractType(scope) && this.#policy.schema.isSubType(scope, type))) continue;
      this.#collect(into, type, { set: fragment.selectionSet, scope, conditions }, parent, visited);
    }
  }

  #scope(name: string): GraphQLNamedType {
    this.typeConditions.add(name);
    const type = this.#policy.schema.getType(name);
    if (type) return type;
    throw new AmbitError('BAD_OPERATION', `\`${name}\` is no type of this schema`);
  }

  #addField(
    into: Selection,
    type: GraphQLObjectType,
    node: FieldNode,
    scope: GraphQLNamedType,
    conditions: readonly Condition[],
    parent: FieldUse | undefined,
  ): void {
    const key = node.alias?.value ?? node.name.value;
    let use = into.fields.get(key);
    if (!use) {
      use = this.#newUse(key, type, node, scope, parent);
      into.fields.set(key, use);
    }
    if (use.name !== node.name.value) throw tooMuch(`\`${key}\` stands for two different fields`);
    const mark = conditionsKey(conditions);
    const known = use.occurrences.some((one) => one.node === node && conditionsKey(one.conditions) === mark);
    if (known) return;
    use.occurrences.push({ node, conditions });
    if (use.kind === 'introspection') this.#countIntrospection(node);
  }

  #newUse(
    key: string,
    type: GraphQLObjectType,
    node: FieldNode,
    scope: GraphQLNamedType,
    parent: FieldUse | undefined,
  ): FieldUse {
    this.#count();
    const name = node.name.value;
    const base = {
      key,
      path: [...(parent?.path ?? []), key],
      parentType: type,
      parent,
      name,
      written: `${scope.name}.${name}`,
      occurrences: [],
      selections: new Map<string, Selection>(),
    };
    const bare = { ...base, field: undefined, access: undefined, returned: undefined, list: false };
    if (name === '__typename') return { ...bare, kind: 'typename' };
    if (type === this.#policy.schema.getQueryType() && (name === '__schema' || name === '__type')) {
      this.introspects = true;
      return { ...bare, kind: 'introspection' };
    }
    const fields = type.getFields();
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) throw new AmbitError('BAD_OPERATION', `\`${type.name}\` has no field \`${name}\``);
    const returned = getNamedType(field.type);
    return {
      ...base,
      kind: isObjectType(returned) || isAbstractType(returned) ? 'object' : 'leaf',
      field,
      access: this.#policy.fieldAccess(type, field),
      returned,
      list: isListType(isNonNullType(field.type) ? field.type.ofType : field.type),
    };
  }

  #descend(use: FieldUse): void {
    const { returned } = use;
    if (use.kind !== 'object' || !returned) return;
    const sources = use.occurrences.flatMap(({ node, conditions }) =>
      node.selectionSet ? [{ set: node.selectionSet, scope: returned, conditions }] : [],
    );
    for (const type of this.#policy.possibleTypes(returned)) {
      use.selections.set(type.name, this.select(type, sources, use));
    }
  }

  /** The conditions of a selection added to those around it; undefined where a literal excludes it for good. */
  #conditionsOf(node: SelectionNode, outer: readonly Condition[]): readonly Condition[] | undefined {
    let conditions = outer;
    const others: DirectiveNode[] = [];
    for (const directive of node.directives ?? []) {
      const name = directive.name.value;
      if (name !== 'skip' && name !== 'include') {
        others.push(directive);
        continue;
      }
      const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
      const want = name === 'include';
      if (value?.kind === Kind.VARIABLE) {
        this.conditionVariables.add(value.name.value);
        const condition = { variable: value.name.value, want };
        if (!conditions.some((one) => one.variable === condition.variable && one.want === want)) {
          conditions = [...conditions, condition];
        }
      } else if (value?.kind !== Kind.BOOLEAN || value.value !== want) return undefined;
    }
    this.#keepDirectives(others, conditions);
    return conditions;
  }

  #countIntrospection({ selectionSet }: FieldNode): void {
    this.#introspected += introspectionSize(selectionSet, this.fragments);
    if (this.#introspected > MAX_INTROSPECTION)
      throw tooMuch(`its introspection comes to more than ${MAX_INTROSPECTION} fields`);
  }

  #count(): void {
    this.size += 1;
    if (this.size > MAX_USES) throw tooMuch(`it touches more than ${MAX_USES} fields and types`);
  }

  #keepDirectives(nodes: readonly DirectiveNode[], conditions: readonly Condition[]): void {
    for (const node of nodes) this.directives.push(directiveUse(node, conditions));
  }
}

function tooMuch(why: string): AmbitError {
  return new AmbitError('BAD_OPERATION', `the operation cannot be planned: ${why}`);
}
