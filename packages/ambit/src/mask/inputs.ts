import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { argumentCoordinate, fieldCoordinate } from '../coordinates.ts';
import { type InputElement, mentionsOf } from '../graphql/defaults.ts';
import type { Possible } from './possible.ts';

/**
 * Which input can be supplied, in one light: with or without a scope that speaks for permissions. Pure; worked out
 * when it is first asked for.
 */
export class InputView {
  readonly #possible: Possible;
  readonly #waived: boolean;
  readonly #values = new Map<string, ReadonlySet<string>>();
  #writable: ReadonlySet<string> | undefined;

  constructor(possible: Possible, waived: boolean) {
    this.#possible = possible;
    this.#waived = waived;
  }

  /** The values of an enum that may be seen. */
  values(type: GraphQLEnumType): ReadonlySet<string> {
    let values = this.#values.get(type.name);
    if (!values) {
      const names = type.getValues().map(({ name }) => name);
      values = new Set(names.filter((name) => this.#allows([fieldCoordinate(type.name, name)])));
      this.#values.set(type.name, values);
    }
    return values;
  }

  /** The fields of an input type that can be supplied. */
  fields(type: GraphQLInputObjectType): ReadonlySet<string> {
    const writable = this.#writableTypes();
    return new Set(
      Object.values(type.getFields()).flatMap((field) =>
        this.#isOpen(type, field, writable) ? [field.name] : [],
      ),
    );
  }

  /**
   * The arguments of a field that can be supplied, under the rules of every type in `holders` that has the field;
   * undefined where the field cannot be asked for at all, because something that it needs is hidden.
   */
  argumentsOf(
    holders: readonly string[],
    field: GraphQLField<unknown, unknown>,
  ): ReadonlySet<string> | undefined {
    return this.suppliable(field.args, (arg) =>
      holders.map((holder) => argumentCoordinate(holder, field.name, arg)),
    );
  }

  /** The same for any list of arguments; `coordinates` names what rules may stand on one of them. */
  suppliable(
    args: readonly GraphQLArgument[],
    coordinates: (argument: string) => readonly string[],
  ): ReadonlySet<string> | undefined {
    const open = new Set<string>();
    for (const arg of args) {
      if (this.#allows(coordinates(arg.name)) && this.#hasType(getNamedType(arg.type), this.#writableTypes()))
        open.add(arg.name);
      else if (isRequiredArgument(arg) || this.#smuggles(arg)) return undefined;
    }
    return open;
  }

  #allows(coordinates: readonly string[]): boolean {
    return this.#possible.coordinates(coordinates, this.#waived);
  }

  #hasType(type: GraphQLNamedType, writable: ReadonlySet<string>): boolean {
    if (isInputObjectType(type)) return writable.has(type.name);
    return this.#allows([type.name]) && (!isEnumType(type) || this.values(type).size > 0);
  }

  #isOpen(type: GraphQLInputObjectType, field: GraphQLInputField, writable: ReadonlySet<string>): boolean {
    return (
      this.#allows([fieldCoordinate(type.name, field.name)]) &&
      this.#hasType(getNamedType(field.type), writable)
    );
  }

  /** Whether leaving the element out would send an enum value that may not be used (M7). */
  #smuggles(element: InputElement): boolean {
    return mentionsOf(element).some(({ type, member }) => isEnumType(type) && !this.values(type).has(member));
  }

  #writableTypes(): ReadonlySet<string> {
    this.#writable ??= this.#findWritable();
    return this.#writable;
  }

  /** Input types of which a finite value can be written, narrowed until nothing changes. */
  #findWritable(): ReadonlySet<string> {
    const types = Object.values(this.#possible.policy.schema.getTypeMap()).filter(isInputObjectType);
    let shown = new Set(types.flatMap(({ name }) => (this.#allows([name]) ? [name] : [])));
    for (;;) {
      const finite = this.#finite(types, shown);
      const next = new Set(
        types.flatMap((type) =>
          finite.has(type.name) &&
          Object.values(type.getFields()).some((field) => this.#isOpen(type, field, shown))
            ? [type.name]
            : [],
        ),
      );
      if (next.size === shown.size) return shown;
      shown = next;
    }
  }

  #finite(types: readonly GraphQLInputObjectType[], shown: ReadonlySet<string>): ReadonlySet<string> {
    const finite = new Set<string>();
    let waiting = types.filter(({ name }) => shown.has(name));
    for (;;) {
      const still = waiting.filter((type) => !this.#endsIn(type, shown, finite));
      if (still.length === waiting.length) return finite;
      for (const type of waiting) if (!still.includes(type)) finite.add(type.name);
      waiting = still;
    }
  }

  /** Whether a value of `type` can be written with nothing but types that are known to be finite. */
  #endsIn(type: GraphQLInputObjectType, shown: ReadonlySet<string>, finite: ReadonlySet<string>): boolean {
    const fields = Object.values(type.getFields());
    const ends = (field: GraphQLInputField): boolean => {
      if (!this.#isOpen(type, field, shown)) return false;
      const direct = isNonNullType(field.type) ? field.type.ofType : field.type;
      return !isInputObjectType(direct) || finite.has(direct.name);
    };
    if (type.isOneOf) return fields.some(ends);
    return fields.every((field) => {
      if (isRequiredInputField(field)) return ends(field);
      if (!this.#isOpen(type, field, shown)) return !this.#smuggles(field);
      // What cannot be null has to end too, default or not: graphql refuses such circles.
      return (!isNonNullType(field.type) && this.#keepsDefault(field, shown)) || ends(field);
    });
  }

  #keepsDefault(field: GraphQLInputField, shown: ReadonlySet<string>): boolean {
    return mentionsOf(field).every(({ type, member }) => {
      if (isEnumType(type)) return this.values(type).has(member);
      const inner = type.getFields()[member];
      return shown.has(type.name) && inner !== undefined && this.#isOpen(type, inner, shown);
    });
  }
}

/** Both lights in which input can be seen. */
export class InputViews {
  readonly #strict: InputView;
  readonly #waived: InputView;

  constructor(possible: Possible) {
    this.#strict = new InputView(possible, false);
    this.#waived = new InputView(possible, true);
  }

  of(waived: boolean): InputView {
    return waived ? this.#waived : this.#strict;
  }
}

/** The names under which a rule on an argument of a field of `type` may stand. */
export function holdersOf(type: GraphQLObjectType): readonly string[] {
  return [type.name, ...type.getInterfaces().map(({ name }) => name)];
}
