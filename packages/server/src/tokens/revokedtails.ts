/** Narrowed tokens that were revoked by themselves, by SHA-256 of their tail. */
export interface RevokedTails {
  /** Whether this tail was revoked. A rejection refuses the token that is asked about. */
  has(digest: string): boolean | Promise<boolean>;
}

/** Revoked tails in memory: for tests, and for a server in which none can be revoked yet. */
export class MemoryRevokedTails implements RevokedTails {
  readonly #digests = new Set<string>();

  has(digest: string): boolean {
    return this.#digests.has(digest);
  }

  add(digest: string): void {
    this.#digests.add(digest);
  }
}
