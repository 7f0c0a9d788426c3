import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { argumentCoordinate, fieldCoordinate } from '../coordinates.ts';
import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import type { Catalog } from '../rules/catalog.ts';
import type { Rule } from '../rules/requirement.ts';
import type { Coverage } from '../types.ts';
import { nodeTypesWith, rootTypes } from './placement.ts';

/** How an object type is covered. `root` types cover nothing by themselves. */
export type Cover = 'ruled' | 'public' | 'inherits' | 'unmarked' | 'root';

/** What an inheriting type takes its rule from (M4). */
export type InheritsAs = 'connection' | 'edge' | 'payload' | 'other';

/** What a policy says about one object type. */
export interface TypeAccess {
  readonly type: GraphQLObjectType;
  readonly cover: Cover;
  /** Rules of the type and of every interface that it implements. */
  readonly rules: readonly Rule[];
  readonly inheritsAs: InheritsAs | undefined;
  /** For a connection or edge: the types of its nodes. */
  readonly nodeTypes: readonly GraphQLObjectType[];
}

/** What a policy says about one field of one object type. */
export interface FieldAccess {
  readonly coordinate: string;
  /** Rules of the field, of the same field on interfaces, of its root type, and of a leaf or union type it returns. */
  readonly rules: readonly Rule[];
  /** Whether something speaks for this field: a rule of its own, its type's, or the type it returns (M3). */
  readonly covered: boolean;
  /** Whether a rule, or `@public`, stands on the field itself. */
  readonly marked: boolean;
  /** Whether arguments have to be walked: some argument, input field, enum value or input type has a rule. */
  readonly guardsInput: boolean;
}

type Field = GraphQLField<unknown, unknown>;

interface PolicyParts {
  readonly schema: GraphQLSchema;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly kinds: BoundaryKinds;
  readonly catalog: Catalog;
  readonly coverage: Coverage;
  readonly rest: 'deny' | undefined;
}

/** Compiled rules, by coordinate, with what follows from them worked out once per type and field. */
export class Policy {
  readonly schema: GraphQLSchema;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly kinds: BoundaryKinds;
  readonly catalog: Catalog;
  readonly coverage: Coverage;
  readonly rest: 'deny' | undefined;
  readonly #types = new Map<string, TypeAccess>();
  readonly #fields = new Map<string, FieldAccess>();
  readonly #payloads: ReadonlySet<string>;
  readonly #guardedInputs = new Map<string, boolean>();

  constructor(parts: PolicyParts) {
    this.schema = parts.schema;
    this.rules = parts.rules;
    this.kinds = parts.kinds;
    this.catalog = parts.catalog;
    // What a rules file denies on purpose is not opened by anything else (M3).
    this.coverage = parts.rest === 'deny' ? 'strict' : parts.coverage;
    this.rest = parts.rest;
    const mutations = Object.values(parts.schema.getMutationType()?.getFields() ?? {});
    this.#payloads = new Set(mutations.map((field) => getNamedType(field.type).name));
  }

  /** What holds for objects of this type. */
  typeAccess(type: GraphQLObjectType): TypeAccess {
    let access = this.#types.get(type.name);
    if (!access) {
      access = this.#compileType(type);
      this.#types.set(type.name, access);
    }
    return access;
  }

  /** What holds for this field, whichever object of the type it is read from. */
  fieldAccess(type: GraphQLObjectType, field: Field): FieldAccess {
    const coordinate = fieldCoordinate(type.name, field.name);
    let access = this.#fields.get(coordinate);
    if (!access) {
      access = this.#compileField(type, field, coordinate);
      this.#fields.set(coordinate, access);
    }
    return access;
  }

  /** The object types that a composite type can turn out to be. */
  possibleTypes(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
  }

  /**
   * Object types among which the id of a boundary argument is looked up. An identity that is a field of the object
   * itself says nothing of its kind, so only types that declare it as theirs count.
   */
  lookupTypes(kind: string, boundary: BoundaryPath): readonly GraphQLObjectType[] {
    const types = nodeTypesWith(this.schema, boundary);
    if (boundary.steps.length > 1) return types;
    return types.filter((type) => this.typeAccess(type).rules.some((rule) => declares(rule, kind, boundary)));
  }

  #compileType(type: GraphQLObjectType): TypeAccess {
    const names = [type.name, ...type.getInterfaces().map((one) => one.name)];
    const own = this.rules.get(type.name);
    const rules = names
      .flatMap((name) => this.rules.get(name) ?? [])
      .filter((rule) => rule.elements.length > 0);
    const isRoot = rootTypes(this.schema).includes(type);
    const shape = isRoot ? undefined : this.#helperShape(type);
    const inherits = own?.inherits || (rules.length === 0 && !own?.public && shape !== undefined);
    const cover: Cover = isRoot
      ? 'root'
      : inherits
        ? 'inherits'
        : rules.length > 0
          ? 'ruled'
          : own?.public || this.coverage === 'open'
            ? 'public'
            : 'unmarked';
    const inheritsAs = inherits ? (shape ?? 'other') : undefined;
    const nodeTypes = inheritsAs === 'connection' || inheritsAs === 'edge' ? this.#nodeTypes(type) : [];
    return { type, cover, rules, inheritsAs, nodeTypes };
  }

  /** Which of the Relay shapes a type has; `other` is `PageInfo`, which belongs to its connection. */
  #helperShape(type: GraphQLObjectType): InheritsAs | undefined {
    const fields = type.getFields();
    const composite = (name: string, list: boolean): boolean => {
      const field = fields[name];
      if (!field || !isCompositeType(getNamedType(field.type))) return false;
      return isListType(isNonNullType(field.type) ? field.type.ofType : field.type) === list;
    };
    if (type.name.endsWith('Connection') && (composite('edges', true) || composite('nodes', true)))
      return 'connection';
    if (type.name.endsWith('Edge') && composite('node', false)) return 'edge';
    if (type.name.endsWith('Payload') && this.#payloads.has(type.name)) return 'payload';
    if (type.name === 'PageInfo' && fields['hasNextPage'] && fields['hasPreviousPage']) return 'other';
    return this.#payloads.has(type.name) && this.rules.get(type.name)?.inherits ? 'payload' : undefined;
  }

  #nodeTypes(type: GraphQLObjectType): readonly GraphQLObjectType[] {
    const fields = type.getFields();
    const direct = fields['node'] ?? fields['nodes'];
    if (direct) return this.possibleTypes(getNamedType(direct.type));
    const edge = fields['edges'] && getNamedType(fields['edges'].type);
    const node = isObjectType(edge) ? edge.getFields()['node'] : undefined;
    return node ? this.possibleTypes(getNamedType(node.type)) : [];
  }

  #compileField(type: GraphQLObjectType, field: Field, coordinate: string): FieldAccess {
    const returned = getNamedType(field.type);
    const holders = [type.name, ...type.getInterfaces().map((one) => one.name)];
    const names = holders.map((name) => fieldCoordinate(name, field.name));
    const isRoot = this.typeAccess(type).cover === 'root';
    if (isRoot) names.push(type.name);
    if (!isCompositeType(returned) || (isAbstractType(returned) && 'getTypes' in returned))
      names.push(returned.name);
    const found = names.flatMap((name) => this.rules.get(name) ?? []);
    const isMark = (rule: Rule): boolean => rule.public || rule.elements.length > 0;
    const marked = found.some((rule) => rule.coordinate.includes('.') && isMark(rule));
    return {
      coordinate,
      rules: found.filter((rule) => rule.elements.length > 0),
      marked,
      covered: !isRoot || marked || this.#isCovered(type, field, returned),
      guardsInput: this.#guardsArguments(holders, field),
    };
  }

  /** A subgraph's `_service` prints the whole SDL, hidden names too: that is given away by a rule only (M19). */
  #isCovered(root: GraphQLObjectType, { name }: Field, returned: GraphQLNamedType): boolean {
    return name !== '_service' && (this.coverage === 'open' || this.#coveredByReturn(root, returned));
  }

  /** M3: a root query field that returns a covered object type, also through a connection, is covered by it. */
  #coveredByReturn(root: GraphQLObjectType, returned: GraphQLNamedType): boolean {
    if (root !== this.schema.getQueryType() || !isObjectType(returned)) return false;
    const access = this.typeAccess(returned);
    if (access.cover === 'ruled' || access.cover === 'public') return true;
    if (access.inheritsAs !== 'connection') return false;
    const [node, ...others] = access.nodeTypes;
    return (
      node !== undefined && others.length === 0 && ['ruled', 'public'].includes(this.typeAccess(node).cover)
    );
  }

  #guardsArguments(holders: readonly string[], field: Field): boolean {
    return field.args.some(
      (arg) =>
        holders.some((holder) => this.rules.has(argumentCoordinate(holder, field.name, arg.name))) ||
        this.#guardsInputType(getNamedType(arg.type)),
    );
  }

  /** Walks everything reachable: input types may be cyclic, so a half-finished answer must never be kept. */
  #guardsInputType(type: GraphQLNamedType): boolean {
    const known = this.#guardedInputs.get(type.name);
    if (known !== undefined) return known;
    const reached = new Map([[type.name, type]]);
    let guarded = false;
    for (const current of reached.values()) {
      guarded ||= this.rules.has(current.name);
      for (const { name, type: inner } of inputMembers(current)) {
        guarded ||= this.rules.has(fieldCoordinate(current.name, name));
        if (inner) reached.set(inner.name, inner);
      }
    }
    this.#guardedInputs.set(type.name, guarded);
    return guarded;
  }
}

function declares(rule: Rule, kind: string, boundary: BoundaryPath): boolean {
  return rule.elements.some(
    (element) =>
      element.kind === 'permissions' &&
      element.alternatives.some((one) => one.boundaryType === kind && one.boundary?.text === boundary.text),
  );
}

function inputMembers(type: GraphQLNamedType): { name: string; type?: GraphQLNamedType }[] {
  if ('getValues' in type) return type.getValues().map(({ name }) => ({ name }));
  if (!('getFields' in type) || isCompositeType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({
    name: field.name,
    type: getNamedType(field.type),
  }));
}
