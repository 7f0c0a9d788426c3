import type { GraphQLSchema } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import { visibleBits } from './bits.ts';
import { buildVisible } from './build.ts';
import { Questions } from './questions.ts';
import { visible } from './visible.ts';

/** How many masked schemas are kept; what was not used for longest goes first. A large one takes two megabytes. */
const MAX_SCHEMAS = 64;
/** For how many kinds of credential it is kept what they see; each takes two kilobytes at most. */
const MAX_KINDS = 4096;

/**
 * The masks of one policy. What a credential sees is found by what its rights answer, and kept as bits; credentials
 * that see the same share one schema, which is built when somebody first needs it. Deciding and building happen in
 * one go, so nothing is ever built twice at once.
 */
export class Masks {
  readonly #policy: Policy;
  readonly #questions: Questions;
  /** Bits of what is seen, by the answers of the rights. */
  readonly #seen: Recent<string>;
  /** Masked schemas, by the bits of what they show. */
  readonly #schemas: Recent<GraphQLSchema>;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#questions = new Questions(policy);
    this.#seen = new Recent(MAX_KINDS);
    this.#schemas = new Recent(MAX_SCHEMAS);
  }

  /** How many masked schemas are kept now. */
  get size(): number {
    return this.#schemas.size;
  }

  /** The mask of a credential: equal visibility gives one and the same schema, as long as it is kept. */
  of(rights: Rights): GraphQLSchema {
    const answers = this.#questions.answers(rights);
    const bits = this.#seen.get(answers);
    const known = bits === undefined ? undefined : this.#schemas.get(bits);
    if (known) return known;
    const shown = visible(this.#policy, rights);
    const key = bits ?? visibleBits(this.#policy.schema, shown);
    this.#seen.set(answers, key);
    const twin = this.#schemas.get(key);
    if (twin) return twin;
    const schema = buildVisible(this.#policy.schema, shown);
    this.#schemas.set(key, schema);
    return schema;
  }
}

/** A bounded map: what was not used for longest goes first. */
class Recent<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }
}
