import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { StoredPerson } from '../store/people.ts';
import type { Store, Unit } from '../store/store.ts';

/** How long a sign-in lasts, used or not. */
export const SIGN_IN_MS: number = 8 * 60 * 60 * 1000;

const FORM = /^[A-Za-z0-9_-]{43}$/;

/** Somebody who is signed in. */
export interface SignedIn {
  /** By which the store knows the sign-in. */
  readonly idHash: string;
  readonly person: StoredPerson;
  readonly expiresAt: Date;
}

/** Sign-ins of browsers. What the browser holds is 256 random bits; the store has only their hash. */
export interface SignIns {
  /**
   * Begins a sign-in under a new secret, and ends the one under `previous` (session fixation). Nothing begins where the
   * person was disabled, or given another password, since they were looked at.
   */
  begin(person: StoredPerson, previous: string | undefined): Promise<string | undefined>;
  /** Who is signed in under a secret; nobody when it is unknown or over, or the person is disabled. */
  find(secret: string | undefined): Promise<SignedIn | undefined>;
  end(secret: string | undefined): Promise<void>;
}

export function createSignIns(store: Store, now: () => Date = () => new Date()): SignIns {
  return {
    async begin(person, previous) {
      const secret = newSecret();
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + SIGN_IN_MS);
      return store.write(async (unit) => {
        const held = await unit.people.hold(person.id);
        const isSame = held?.passwordHash === person.passwordHash;
        if (held === undefined || held.disabledAt !== undefined || !isSame) return undefined;
        await unit.people.sweepSignIns(createdAt);
        if (isSecret(previous)) await unit.people.endSignIn(hashOf(previous));
        await unit.people.addSignIn({ idHash: hashOf(secret), person: person.id, createdAt, expiresAt });
        await unit.audit.add({
          at: createdAt,
          action: 'person.signed-in',
          actor: person.subject,
          subject: person.subject,
          details: { id: person.id, ...(person.issuer === undefined ? {} : { issuer: person.issuer }) },
        });
        return secret;
      });
    },
    async find(secret) {
      if (!isSecret(secret)) return undefined;
      const found = await store.people.findSignIn(hashOf(secret));
      if (found === undefined || found.person.disabledAt !== undefined) return undefined;
      if (!(found.signIn.expiresAt.getTime() > now().getTime())) return undefined;
      const { signIn, person } = found;
      return { idHash: signIn.idHash, person, expiresAt: signIn.expiresAt };
    },
    async end(secret) {
      if (isSecret(secret)) await store.write((unit) => unit.people.endSignIn(hashOf(secret)));
    },
  };
}

/**
 * Whether a sign-in is there still, within a unit of work before whose end nobody disables the person or gives them
 * another password: both change the row of the person that is held here, and then end their sign-ins and grants.
 */
export async function isStillSignedIn({ people }: Unit, { idHash, person }: SignedIn): Promise<boolean> {
  const held = await people.hold(person.id);
  if (held === undefined || held.disabledAt !== undefined) return false;
  return (await people.findSignIn(idHash)) !== undefined;
}

/** 256 random bits, as a cookie can hold them. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function isSecret(text: string | undefined): text is string {
  return text !== undefined && FORM.test(text);
}

/** The token that every form of a browser carries; it tells nothing of the secret that it is made from. */
export function csrfToken(secret: string): string {
  return createHmac('sha256', secret).update('ambit form').digest('base64url');
}

/** Whether a form came from a page that was made for the browser that holds `secret`. */
export function isCsrfToken(token: unknown, secret: string | undefined): boolean {
  if (typeof token !== 'string' || !isSecret(secret)) return false;
  return timingSafeEqual(digest(token), digest(csrfToken(secret)));
}

function hashOf(secret: string): string {
  return digest(secret).toString('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
