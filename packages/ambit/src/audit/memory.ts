import type { Rights } from '../grants/rights.ts';

/** How many pairs of subject and client are remembered; the one that was met longest ago goes first. */
const MAX_REMEMBERED = 1_000;

/** Who asks, as far as an audit tells it. */
export interface Who {
  readonly subject: string | undefined;
  readonly client: string | undefined;
}

interface Remembered {
  readonly key: string;
  readonly rights: Rights;
  /** What was held before this, where that was something else. */
  readonly before: Rights | undefined;
}

/**
 * What each subject with each client held when it was last met, and before that. Serves the audit only: nothing is
 * ever decided by it.
 */
export class MaskMemory {
  readonly #known = new Map<string, Remembered>();

  /**
   * Rights under which the same subject and client were met before, and takes note of these. Undefined where they
   * were not, or where nobody says who asks.
   */
  earlier({ subject, client }: Who, rights: Rights): readonly Rights[] | undefined {
    if (!subject && !client) return undefined;
    const who = JSON.stringify([subject ?? null, client ?? null]);
    const key = rights.key();
    const last = this.#known.get(who);
    const before = last?.key === key ? last.before : last?.rights;
    this.#known.delete(who);
    this.#known.set(who, { key, rights, before });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return last && [last.rights, ...(before && before !== last.rights ? [before] : [])];
  }
}
