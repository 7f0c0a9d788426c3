import type { DocumentNode } from 'graphql';
import type { Reference } from '../reference/reference.ts';
import { GROUPS, OWNERS, PROJECTS } from './data.ts';
import type { Dice } from './dice.ts';
import type { Scenario } from './scenario.ts';
import { rootOf, type WorldData } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an answer was made of. */
interface Trail {
  /** Fields that were read, to show them or to decide about them. */
  readonly read: Map<Fields, Set<string>>;
  /** Values of fields that were as ones that do not exist, and those that were shown. */
  readonly hidden: Map<Fields, Map<string, Set<unknown>>>;
  readonly shown: Map<Fields, Map<string, Set<unknown>>>;
}

/**
 * Data that differ from those of the scenario in everything that its credential may not see, and in nothing else:
 * values that are not shown are others, and objects that are as ones that do not exist do not exist.
 */
export function otherWorld(
  dice: Dice,
  reference: Reference,
  { data, document, grants, effect }: Scenario,
  parsed: DocumentNode,
): WorldData {
  const origins = new Map<unknown, Fields>();
  const root = rootOf(data, origins);
  const trail: Trail = { read: new Map(), hidden: new Map(), shown: new Map() };
  const originOf = (object: unknown, field: string): Fields =>
    object === root
      ? data.Query && field in data.Query
        ? data.Query
        : (data.Mutation ?? {})
      : (origins.get(object) ?? {});
  reference.answer({
    document: parsed,
    variables: document.variables,
    ...(document.operationName === undefined ? {} : { operationName: document.operationName }),
    grants,
    effect,
    root,
    witness: {
      read: (object, field) => void setIn(trail.read, originOf(object, field)).add(field),
      hidden: (object, field, value) =>
        void noted(trail.hidden, originOf(object, field), field).add(origins.get(value)),
      shown: (object, field, value) =>
        void noted(trail.shown, originOf(object, field), field).add(origins.get(value)),
    },
  });
  return new Changer(dice, data, trail).world();
}

function setIn(map: Map<Fields, Set<string>>, key: Fields): Set<string> {
  const known = map.get(key) ?? new Set();
  map.set(key, known);
  return known;
}

function noted(map: Trail['hidden'], key: Fields, field: string): Set<unknown> {
  const fields = map.get(key) ?? new Map<string, Set<unknown>>();
  map.set(key, fields);
  const values = fields.get(field) ?? new Set();
  fields.set(field, values);
  return values;
}

class Changer {
  readonly #dice: Dice;
  readonly #data: WorldData;
  readonly #trail: Trail;

  constructor(dice: Dice, data: WorldData, trail: Trail) {
    this.#dice = dice;
    this.#data = data;
    this.#trail = trail;
  }

  world(): WorldData {
    const { objects = {}, Query = {}, Mutation = {} } = this.#data;
    return {
      objects: Object.fromEntries(
        Object.entries(objects).map(([name, fields]) => [name, this.#fields(fields)]),
      ),
      Query: this.#fields(Query),
      Mutation: this.#fields(Mutation),
    };
  }

  #fields(fields: Fields): Record<string, unknown> {
    const read = this.#trail.read.get(fields);
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        if (name === '__typename') return [name, value];
        const shown = this.#trail.shown.get(fields)?.get(name);
        const gone = [...(this.#trail.hidden.get(fields)?.get(name) ?? [])].filter((one) => !shown?.has(one));
        return [name, read?.has(name) ? this.#kept(value, new Set(gone)) : this.#changed(name, value)];
      }),
    );
  }

  /** A value that was read, without the objects in it that nobody was to see. */
  #kept(value: unknown, gone: ReadonlySet<unknown>): unknown {
    if (Array.isArray(value))
      return value
        .filter((item) => Array.isArray(item) || !gone.has(this.#originOf(item)))
        .map((item) => this.#kept(item, gone));
    if (gone.has(this.#originOf(value))) return null;
    return isInline(value) ? this.#fields(value) : value;
  }

  #originOf(value: unknown): unknown {
    const name = isRecord(value) ? value['$ref'] : undefined;
    return typeof name === 'string' ? this.#data.objects?.[name] : isInline(value) ? value : NONE;
  }

  #changed(name: string, value: unknown): unknown {
    if (name === 'path') return this.#dice.pick(PROJECTS);
    if (name === 'group') return this.#dice.pick(GROUPS);
    if (name === 'owner') return this.#dice.pick(OWNERS);
    if (Array.isArray(value)) return value.map((item) => this.#changed('', item));
    if (isInline(value)) return this.#fields(value);
    if (isRecord(value)) return typeof value['$error'] === 'string' ? { $error: 'another error' } : value;
    if (typeof value === 'number') return value + 1000;
    if (typeof value === 'boolean') return !value;
    return typeof value === 'string' && value.startsWith('text') ? `other ${value}` : value;
  }
}

const NONE = Symbol('no object');

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInline(value: unknown): value is Fields {
  return isRecord(value) && !Object.keys(value).some((key) => key.startsWith('$'));
}
