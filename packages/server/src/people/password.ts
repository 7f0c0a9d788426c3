import { randomBytes } from 'node:crypto';

import { hash, verify } from '@node-rs/argon2';

import { encodeBase62 } from '../tokens/base62.ts';

/** Fewest and most characters of a password (NIST SP 800-63B-4, 3.1.1.2: length counts, composition does not). */
export const SHORTEST = 12;
export const LONGEST = 200;

const ALIKE = 4;
const AT_ONCE = 2;
const WAITING = 50;

// Argon2id is the library's default; the figures are those that OWASP names for it. Written out, so that a new default
// changes nothing unseen.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

/** Hashes and checks passwords. No more than a few at once: each takes memory, and the threads that read files. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of `stored`. Takes as long where there is nobody to check it against. Rejects with
   * `TooBusy` where too many wait.
   */
  matches(password: string, stored: string | undefined): Promise<boolean>;
}

/** More sign-ins at once than this server works off. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

export async function createPasswords(): Promise<Passwords> {
  const gate = createGate();
  const nobody = await hash(randomBytes(32).toString('base64url'), COST);
  return {
    hash: (password) => gate(() => hash(normal(password), COST)),
    async matches(password, stored) {
      const isMatch = await gate(() => verify(stored ?? nobody, normal(password)).catch(() => false));
      return isMatch && stored !== undefined;
    },
  };
}

/** A password that nobody can guess, for somebody who has to change it: 112 random bits that can be typed. */
export function randomPassword(): string {
  return encodeBase62(randomBytes(14), 19).replace(/(.{5})(?=.)/g, '$1-');
}

/** What is against a new password, in a sentence; nothing where it will do. */
export function passwordProblem(password: string, name: string): string | undefined {
  const length = [...normal(password)].length;
  if (length < SHORTEST)
    return `The new password has ${length === 1 ? '1 character' : `${length} characters`}; it needs at least ${SHORTEST}.`;
  if (length > LONGEST) return `The new password has ${length} characters; it may have at most ${LONGEST}.`;
  const letters = normal(password).toLowerCase();
  if (name.length >= ALIKE && letters.replaceAll(name.toLowerCase(), '').length < SHORTEST - ALIKE)
    return 'The new password is little more than your name. Take one that says nothing about you.';
  return undefined;
}

// The same password typed on another keyboard has to be the same bytes (NIST SP 800-63B-4, 3.1.1.2; RFC 8265, 4).
function normal(password: string): string {
  return password.normalize('NFC');
}

function createGate(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let places = AT_ONCE;
  // A place is handed to the one that waits longest, and is free only where nobody waits.
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) places += 1;
    else next();
  };
  return async (work) => {
    if (waiting.length >= WAITING) throw new TooBusy();
    if (places > 0) places -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
