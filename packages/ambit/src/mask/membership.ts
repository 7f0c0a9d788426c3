import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { fits, type Shown, type ShownField, type ShownFields } from './contract.ts';
import type { SuppliedTypes } from './supplied.ts';

type Implementer = GraphQLObjectType | GraphQLInterfaceType;

/**
 * Which types still implement which interfaces. It only ever shrinks: a type that lost a field of an interface, or
 * an argument, loses the interface, and an interface that nothing implements is gone.
 */
export class Membership {
  readonly #schema: GraphQLSchema;
  readonly #interfaces: readonly GraphQLInterfaceType[];
  readonly #supplied: SuppliedTypes;
  readonly #mayName: (union: string) => boolean;
  readonly #kept = new Map<string, Set<string>>();
  readonly #fields = new Map<string, ShownFields>();
  #objects: ReadonlyMap<string, ShownFields> = new Map();

  /** `mayName` answers whether the rule on a union lets its name be seen. */
  constructor(schema: GraphQLSchema, supplied: SuppliedTypes, mayName: (union: string) => boolean) {
    this.#schema = schema;
    this.#mayName = mayName;
    this.#supplied = supplied;
    this.#interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
    for (const type of Object.values(schema.getTypeMap())) {
      if (isObjectType(type) || isInterfaceType(type))
        this.#kept.set(type.name, new Set(type.getInterfaces().map(({ name }) => name)));
    }
  }

  /** Whether objects of `type` still count as `declared`. */
  readonly belongs = (type: GraphQLObjectType, declared: GraphQLNamedType): boolean =>
    !isInterfaceType(declared) || this.keeps(type, declared);

  /** Whether the rule on a union lets its name be seen. */
  names(union: string): boolean {
    return this.#mayName(union);
  }

  /** Whether a type still implements an interface. */
  keeps(type: GraphQLNamedType, declared: GraphQLInterfaceType): boolean {
    return this.#kept.get(type.name)?.has(declared.name) === true;
  }

  /** The fields that an interface shows. */
  fieldsOf(type: GraphQLInterfaceType): ShownFields {
    return this.#fields.get(type.name) ?? NOTHING;
  }

  /** Settles membership for object types that show these fields; answers whether any was lost. */
  settle(objects: ReadonlyMap<string, ShownFields>): boolean {
    this.#objects = objects;
    const before = this.#size();
    for (const [name, interfaces] of this.#kept) {
      if (isObjectType(this.#schema.getType(name)) && !objects.has(name)) interfaces.clear();
    }
    for (let size = -1; size !== this.#size(); ) {
      size = this.#size();
      this.#showFields();
      this.#loseMembers();
    }
    return this.#size() !== before;
  }

  #size(): number {
    let size = 0;
    for (const interfaces of this.#kept.values()) size += interfaces.size;
    return size;
  }

  /** An interface shows a field that one of its objects shows, as long as what it returns is there. */
  #showFields(): void {
    for (const type of this.#interfaces) this.#fields.set(type.name, this.#membersShow(type));
    for (let changed = true; changed; ) {
      changed = false;
      for (const type of this.#interfaces) {
        const fields = this.fieldsOf(type);
        const left = [...fields].filter(([name]) =>
          this.#isThere(getNamedType(type.getFields()[name]?.type)),
        );
        if (left.length === fields.size) continue;
        this.#fields.set(type.name, new Map(left));
        changed = true;
      }
    }
  }

  #membersShow(type: GraphQLInterfaceType): ShownFields {
    const members = this.#membersOf(type).flatMap(({ name }) => this.#objects.get(name) ?? []);
    const shown = new Map<string, ShownField>();
    for (const field of Object.values(type.getFields())) {
      const showing = members.flatMap((fields) => fields.get(field.name) ?? []);
      if (showing.length > 0) shown.set(field.name, { args: argumentsShown(field, showing) });
    }
    return shown;
  }

  #membersOf(type: GraphQLInterfaceType): readonly GraphQLObjectType[] {
    return this.#schema.getPossibleTypes(type).filter((member) => this.keeps(member, type));
  }

  /** Whether the mask has a type that a field of an interface returns. */
  #isThere(type: GraphQLNamedType | undefined): boolean {
    if (isObjectType(type)) return this.#objects.has(type.name);
    if (isUnionType(type)) {
      return this.#mayName(type.name) && type.getTypes().some(({ name }) => this.#objects.has(name));
    }
    return !isInterfaceType(type) || this.fieldsOf(type).size > 0;
  }

  #loseMembers(): void {
    for (const type of Object.values(this.#schema.getTypeMap())) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      const kept = this.#kept.get(type.name);
      for (const declared of type.getInterfaces()) {
        if (kept?.has(declared.name) && !this.#mayKeep(type, declared, kept)) kept.delete(declared.name);
      }
    }
  }

  #mayKeep(type: Implementer, declared: GraphQLInterfaceType, kept: ReadonlySet<string>): boolean {
    if (this.fieldsOf(declared).size === 0) return false;
    const above = this.#kept.get(declared.name) ?? [];
    if (![...above].every((name) => kept.has(name))) return false;
    return fits(this.#shown(type), this.#shown(declared), this.#supplied, (sub, upper) =>
      this.#isKind(sub, upper),
    );
  }

  #shown(type: Implementer): Shown {
    const fields = isObjectType(type) ? this.#objects.get(type.name) : this.#fields.get(type.name);
    return { type, fields: fields ?? NOTHING };
  }

  #isKind(type: GraphQLNamedType, upper: GraphQLNamedType): boolean {
    if (type === upper) return true;
    if (isInterfaceType(upper)) return this.keeps(type, upper);
    return isUnionType(upper) && upper.getTypes().some((member) => member === type);
  }
}

const NOTHING: ShownFields = new Map();

function argumentsShown(
  field: GraphQLField<unknown, unknown>,
  showing: readonly ShownField[],
): ReadonlySet<string> | undefined {
  const lists = showing.map(({ args }) => args);
  if (lists.includes(undefined)) return undefined;
  const names = new Set(lists.flatMap((list) => [...(list ?? [])]));
  return new Set(field.args.flatMap(({ name }) => (names.has(name) ? [name] : [])));
}
