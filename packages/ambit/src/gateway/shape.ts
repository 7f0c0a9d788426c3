import { isAbstractType } from 'graphql';
import { deadKey, type Ruling, usesOf } from '../decide/decision.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import { own } from './own.ts';

type Data = Record<string, unknown>;

/** Stands where the client asked for what is denied and was not sent; enforcement puts null in its place. */
const STAND_IN: unique symbol = Symbol('stand-in');

/**
 * What a client selected, as keys: of an answer that depends on no object, it picks exactly those, and nothing else
 * that the upstream may have put beside them. Worked out once for all answers, part by part as they are met.
 */
export class Shape {
  readonly #uses: ReadonlyMap<string, readonly FieldUse[]>;
  readonly #ruling: Pick<Ruling, 'dead' | 'inactive'>;
  readonly #keys: readonly string[];
  /** Of the keys, those at dead positions: whatever came there is never given out. */
  readonly #withheld: ReadonlySet<string>;
  readonly #below = new Map<string, Shape | null>();

  constructor(selections: readonly Selection[], ruling: Pick<Ruling, 'dead' | 'inactive'>) {
    this.#uses = usesByKey(selections);
    this.#ruling = ruling;
    const isAt = (key: string, positions: ReadonlySet<string>): boolean =>
      this.#uses.get(key)?.some((use) => positions.has(deadKey(use.path))) === true;
    // What a condition keeps from executing was not decided, and is not given out if it comes all the same.
    this.#keys = [...this.#uses.keys()].filter((key) => !isAt(key, ruling.inactive));
    this.#withheld = new Set(this.#keys.filter((key) => isAt(key, ruling.dead)));
  }

  /**
   * What the client selected of an object, or null for what is none. Keys that the upstream left out stay out. The
   * value itself, unchanged, where it holds nothing else.
   */
  pick(value: unknown): Data | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    let picked = this.#isAligned(value) ? undefined : this.#empty();
    for (const key of this.#keys) {
      const before = this.#withheld.has(key) ? STAND_IN : own(value, key);
      if (before === undefined) continue;
      const after = before === STAND_IN ? before : this.#at(key, before);
      if (!picked && after === before) continue;
      picked ??= Object.assign(this.#empty(), value);
      picked[key] = after;
    }
    return picked ?? (value as Data);
  }

  /** `__proto__` is a legal response key, and an ordinary one only where nothing is inherited. */
  #empty(): Data {
    return this.#uses.has('__proto__') ? Object.create(null) : {};
  }

  /** Whether an object has the selected keys in their order, and no other. */
  #isAligned(value: object): boolean {
    if (this.#withheld.size > 0) return false;
    const keys = Object.keys(value);
    return keys.length === this.#keys.length && keys.every((key, index) => key === this.#keys[index]);
  }

  #at(key: string, value: unknown): unknown {
    const shape = this.#shapeBelow(key);
    return shape ? shape.#items(value) : value;
  }

  #items(value: unknown): unknown {
    if (!Array.isArray(value)) return this.pick(value);
    let changed: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const before: unknown = value[index];
      const after = this.#items(before);
      if (after === before) continue;
      changed ??= [...value];
      changed[index] = after;
    }
    return changed ?? value;
  }

  /** What is selected of the objects under a key; null where there are leaves. */
  #shapeBelow(key: string): Shape | null {
    let shape = this.#below.get(key);
    if (shape === undefined) {
      const uses = this.#uses.get(key) ?? [];
      const selections = uses.flatMap((use) => [...use.selections.values()]);
      shape = uses[0]?.kind === 'object' ? new Shape(selections, this.#ruling) : null;
      this.#below.set(key, shape);
    }
    return shape;
  }
}

/** Whether an answer can be picked by keys alone: nothing in it waits for an object, or differs by its type. */
export function isShaped(plan: Plan, ruling: Ruling): boolean {
  if (ruling.guards.size > 0 || plan.introspects) return false;
  if (ruling.dead.size === 0) return true;
  for (const use of usesOf(plan.root)) if (isAbstractType(use.returned)) return false;
  return true;
}

function usesByKey(selections: readonly Selection[]): Map<string, FieldUse[]> {
  const byKey = new Map<string, FieldUse[]>();
  for (const { fields } of selections) {
    for (const [key, use] of fields) {
      const uses = byKey.get(key);
      if (uses) uses.push(use);
      else byKey.set(key, [use]);
    }
  }
  return byKey;
}
