import type { Grants } from 'ambit';

import type { Store } from '../store/store.ts';
import type { TokenUse } from '../store/tokens.ts';

/** Characters of what a token was last used for: an operation can have many root fields. */
const LONGEST = 200;

/** Uses that are written together; between two such writes others have their turn. */
const AT_ONCE = 200;
/** A timer that is set for more than 2^31 milliseconds fires at once, and again and again. */
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/** A credential that was used. */
interface Used {
  /** The personal token, whose use it is. */
  readonly tokenId: string;
  /** The credential's own public id. */
  readonly id: string;
  readonly name: string;
}

/** What the last uses are kept with. */
export interface UsesParts {
  readonly store: Pick<Store, 'write'>;
  /** Milliseconds. */
  readonly every: number;
  /** Told what could not be written; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * When each token was used last, and for which root fields. Kept in memory and written now and then and at the end, so
 * that no request waits for a write; what a killed process had not written is lost.
 */
export class Uses {
  readonly #parts: UsesParts;
  readonly #unwritten = new Map<string, TokenUse>();
  readonly #tokens = new WeakMap<Grants, Used>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: UsesParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.flush(), Math.min(parts.every, LONGEST_PAUSE_MS));
    this.#timer.unref();
  }

  /** A token was presented and is good; `grants` are those that its request goes on with. */
  recognised({ tokenId: id, ...credential }: Used, grants: Grants, at: Date): void {
    this.#tokens.set(grants, { tokenId: id, ...credential });
    this.#unwritten.set(id, { id, at, for: this.#unwritten.get(id)?.for });
  }

  /** What the request with these grants asked: coordinates such as `Mutation.createNote`, never values. */
  asked(grants: Grants, coordinates: readonly string[], at: Date): void {
    const id = this.#tokens.get(grants)?.tokenId;
    if (id === undefined || coordinates.length === 0) return;
    this.#unwritten.set(id, { id, at, for: shortened([...new Set(coordinates)]) });
  }

  /** Which credential these grants were given to. */
  credentialOf(grants: Grants): { readonly id: string; readonly name: string } | undefined {
    const used = this.#tokens.get(grants);
    return used && { id: used.id, name: used.name };
  }

  /** The last use that is not written yet. */
  unwritten(id: string): TokenUse | undefined {
    return this.#unwritten.get(id);
  }

  /** Writes what is not written yet. Never rejects. */
  async flush(): Promise<void> {
    const uses = [...this.#unwritten.values()];
    if (uses.length === 0) return;
    try {
      for (let from = 0; from < uses.length; from += AT_ONCE) {
        const some = uses.slice(from, from + AT_ONCE);
        await this.#parts.store.write((unit) => unit.tokens.used(some));
        for (const use of some) if (this.#unwritten.get(use.id) === use) this.#unwritten.delete(use.id);
      }
    } catch (error) {
      this.#parts.onFailure(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

function shortened(coordinates: readonly string[]): string {
  const whole = coordinates.join(' ');
  if (whole.length <= LONGEST) return whole;
  return `${whole.slice(0, LONGEST).replace(/ \S*$/, '')} ...`;
}
