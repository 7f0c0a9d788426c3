import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Dice } from './dice.ts';
import type { WorldData } from './world.ts';

/** Places in which things lie; some are none, and some only look like others. */
export const PROJECTS: readonly (string | null)[] = [
  'acme/web',
  'acme/web',
  'acme/web',
  'acme/api',
  'beta/site',
  'acme/sub/deep',
  'acme/website',
  'acme/Web',
  null,
];
export const GROUPS: readonly (string | null)[] = [
  'acme',
  'acme',
  'acme',
  'acme/sub',
  'acme-evil',
  'beta',
  null,
];
export const OWNERS: readonly (string | null)[] = ['ada', 'bob', null];

/** Makes an API's data: a few objects of each type, linked to one another at random. */
export function makeData(dice: Dice, schema: GraphQLSchema): WorldData {
  return new Maker(dice, schema).make();
}

class Maker {
  readonly #dice: Dice;
  readonly #schema: GraphQLSchema;
  readonly #names = new Map<string, string[]>();
  #strings = 0;

  constructor(dice: Dice, schema: GraphQLSchema) {
    this.#dice = dice;
    this.#schema = schema;
  }

  make(): WorldData {
    const objects: Record<string, Record<string, unknown>> = {};
    const kept = ['A', 'B', 'C', 'D', 'E'].flatMap((name) => {
      const type = this.#schema.getType(name);
      return isObjectType(type) ? [type] : [];
    });
    for (const type of kept) {
      const count = 2 + this.#dice.below(3);
      this.#names.set(
        type.name,
        Array.from({ length: count }, (_, index) => `${type.name.toLowerCase()}${index}`),
      );
    }
    for (const type of kept)
      for (const name of this.#names.get(type.name)!) objects[name] = this.#object(type, name);
    const root = (type: GraphQLObjectType | null | undefined): Record<string, unknown> =>
      type ? this.#fields(type) : {};
    return {
      objects,
      Query: root(this.#schema.getQueryType()),
      Mutation: root(this.#schema.getMutationType()),
    };
  }

  #object(type: GraphQLObjectType, name: string): Record<string, unknown> {
    const { id, path, group, owner, ...rest } = this.#fields(type);
    const fields: Record<string, unknown> = { __typename: type.name, ...rest };
    if (id !== undefined) fields['id'] = name;
    if ('place' in rest && this.#dice.chance(0.05)) fields['place'] = { $error: `error ${this.#next()}` };
    if (path !== undefined) fields['path'] = this.#dice.pick(PROJECTS);
    if (group !== undefined) fields['group'] = this.#dice.pick(GROUPS);
    if (owner !== undefined) fields['owner'] = this.#dice.pick(OWNERS);
    return fields;
  }

  #fields(type: GraphQLObjectType): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const field of Object.values(type.getFields()))
      found[field.name] = this.#byId(field.name) ?? this.#value(field.type, true);
    return found;
  }

  #value(type: GraphQLOutputType, isField: boolean): unknown {
    const dice = this.#dice;
    if (isNonNullType(type)) return dice.chance(0.02) ? null : this.#value(type.ofType, false);
    if (dice.chance(0.06)) return null;
    if (isField && dice.chance(0.015)) return { $error: `error ${this.#next()}` };
    if (isListType(type))
      return Array.from(
        {
          length: dice.weighted([
            [1, 0],
            [3, 1],
            [4, 2],
            [1, 3],
          ]),
        },
        () => this.#value(type.ofType, false),
      );
    const named = getNamedType(type);
    if (isEnumType(named)) return dice.pick(named.getValues()).name;
    if (isAbstractType(named)) return this.#link(dice.pick(this.#schema.getPossibleTypes(named)));
    if (isObjectType(named)) return this.#link(named);
    if (named.name === 'Int') return this.#next();
    if (named.name === 'Boolean') return dice.chance(0.5);
    return `text ${this.#next()}`;
  }

  /** What `node(id:)` and `nodes(ids:)` find: every object that has an id. */
  #byId(name: string): unknown {
    if (name !== 'node' && name !== 'nodes') return undefined;
    const type = this.#schema.getType('Node');
    if (!isAbstractType(type)) return undefined;
    const found = this.#schema.getPossibleTypes(type).flatMap((one) => this.#names.get(one.name) ?? []);
    const refs = Object.fromEntries(found.map((one) => [one, { $ref: one }]));
    return name === 'node' ? { $by: 'id', ...refs } : { $each: 'ids', ...refs };
  }

  #link(type: GraphQLObjectType): unknown {
    const names = this.#names.get(type.name);
    if (names) return { $ref: this.#dice.pick(names) };
    if (type.name === 'Place') return { __typename: 'Place', path: this.#dice.pick(PROJECTS) };
    return { __typename: type.name, ...this.#fields(type) };
  }

  #next(): number {
    this.#strings += 1;
    return this.#strings;
  }
}
