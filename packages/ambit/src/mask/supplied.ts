import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
} from 'graphql';
import { type InputElement, mentionsOf } from '../graphql/defaults.ts';
import type { InputView, InputViews } from './inputs.ts';

/** Input types and enums as the mask shows them. What two lights show of one type is shown together. */
export class SuppliedTypes {
  readonly #members = new Map<string, Set<string>>();
  readonly #reached = new Set<string>();
  readonly #views: InputViews;

  constructor(views: InputViews) {
    this.#views = views;
  }

  /** Takes in a type that something visible accepts or returns, with everything that it is made of. */
  reach(type: GraphQLNamedType, waived: boolean): void {
    const mark = `${waived ? '+' : '-'}${type.name}`;
    if (this.#reached.has(mark)) return;
    this.#reached.add(mark);
    const view = this.#views.of(waived);
    if (isEnumType(type)) this.#add(type.name, view.values(type));
    if (isInputObjectType(type)) this.#reachFields(type, view, waived);
  }

  /** Takes in the types of those of `args` whose names are in `open`. */
  reachArguments(
    args: readonly GraphQLArgument[],
    open: ReadonlySet<string> | undefined,
    waived: boolean,
  ): void {
    for (const arg of args) if (!open || open.has(arg.name)) this.reach(getNamedType(arg.type), waived);
  }

  /** Whether an enum value or an input field is shown. */
  shows(type: GraphQLEnumType | GraphQLInputObjectType, member: string): boolean {
    return this.#members.get(type.name)?.has(member) === true;
  }

  /** Whether the default of an argument or input field names only what is shown. */
  showsDefault(element: InputElement): boolean {
    return mentionsOf(element).every(({ type, member }) => this.shows(type, member));
  }

  /** Whether an element is shown as one that has to be given, because its default is hidden. */
  forces(element: InputElement): boolean {
    return !this.showsDefault(element);
  }

  /** Whether leaving the element out is an error, as the mask shows it. */
  requires(element: InputElement & { readonly default?: unknown }): boolean {
    if (this.forces(element)) return true;
    return isNonNullType(element.type) && element.defaultValue === undefined && element.default == null;
  }

  #reachFields(type: GraphQLInputObjectType, view: InputView, waived: boolean): void {
    const open = view.fields(type);
    this.#add(type.name, open);
    for (const field of Object.values(type.getFields())) {
      if (open.has(field.name)) this.reach(getNamedType(field.type), waived);
    }
  }

  #add(type: string, members: ReadonlySet<string>): void {
    this.#members.set(type, new Set([...(this.#members.get(type) ?? []), ...members]));
  }
}
