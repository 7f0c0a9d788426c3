import { hash } from 'node:crypto';

/** Tokens that were found good, by their digest, so that no copy of the memory holds one. The longest unused go first. */
export class TokenCache<Entry extends { readonly until: number }> {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(token: string, now: number): Entry | undefined {
    const key = digestOf(token);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.until <= now) return undefined;
    this.#entries.set(key, entry);
    return entry;
  }

  set(token: string, entry: Entry): void {
    this.#entries.set(digestOf(token), entry);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
