import type { GraphQLSchema } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import { buildMask } from './mask.ts';

/** How many masks are kept; the oldest goes first. */
const MAX_MASKS = 64;

/** Masks of one policy, each built once and shared between equal rights. */
export class KeptMasks {
  readonly #policy: Policy;
  readonly #masks = new Map<string, GraphQLSchema>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** A valid schema of what these rights may see. */
  of(rights: Rights): GraphQLSchema {
    const key = rights.key();
    let mask = this.#masks.get(key);
    if (!mask) {
      mask = buildMask(this.#policy, rights);
      if (this.#masks.size >= MAX_MASKS) this.#masks.delete(this.#masks.keys().next().value ?? '');
      this.#masks.set(key, mask);
    }
    return mask;
  }
}
