import type { IDToken } from 'openid-client';

import type { StoredPerson } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import type { SignInOptions } from './config.ts';
import { addPerson } from './people.ts';
import { isPersonId, newPersonId } from './person.ts';

/** Somebody who signed in elsewhere, or why they are not let in, in a sentence for them. */
export type Arrival =
  | { readonly kind: 'person'; readonly person: StoredPerson }
  | { readonly kind: 'refused'; readonly sentence: string };

const SUBJECT = /^[\x21-\x7e]{1,255}$/;

/**
 * The person that an issuer speaks of: found by issuer and `sub` alone (OpenID Connect Core, 5.7), made at their first
 * sign-in. A subject that somebody else has already is refused: that would be acting as another.
 */
export async function arrive(
  store: Store,
  options: SignInOptions,
  claims: IDToken,
  now: Date,
): Promise<Arrival> {
  if (!isAllowed(options, claims))
    return refused('Your account there is not one of those that may sign in here.');
  const known = await store.people.findByIssuer(claims.iss, claims.sub);
  if (known?.disabledAt !== undefined)
    return refused('Your account here is disabled. Ask whoever runs this server.');
  const isAdmin = isAdministrator(options, claims);
  const name = nameOf(claims);
  if (known !== undefined) {
    const changes = known.isAdmin !== isAdmin || known.name !== name;
    if (changes) await store.write((unit) => unit.people.change(known.id, { isAdmin, name }));
    return { kind: 'person', person: { ...known, isAdmin, name } };
  }
  const subject = subjectOf(options, claims);
  if (subject === undefined)
    return refused(
      'Your account there says nothing by which this API could know you. Ask whoever runs this server.',
    );
  const person: StoredPerson = {
    id: newPersonId(),
    subject,
    name,
    passwordHash: undefined,
    mustChangePassword: false,
    isAdmin,
    issuer: claims.iss,
    issuerSubject: claims.sub,
    createdAt: now,
    disabledAt: undefined,
  };
  if (await store.write((unit) => addPerson(unit, person, claims.iss))) return { kind: 'person', person };
  return refused('Somebody else is known to this API under your name. Ask whoever runs this server.');
}

function isAllowed({ allowedDomains, subjectClaim }: SignInOptions, claims: IDToken): boolean {
  const isProven = claims['email_verified'] === true;
  if (subjectClaim === 'email' && !isProven) return false;
  if (allowedDomains === undefined) return true;
  const email = claims['email'];
  const domain = typeof email === 'string' && isProven ? email.slice(email.lastIndexOf('@') + 1) : undefined;
  return domain !== undefined && allowedDomains.some((one) => one.toLowerCase() === domain.toLowerCase());
}

function isAdministrator({ adminClaim }: SignInOptions, claims: IDToken): boolean {
  if (adminClaim === undefined || !Object.hasOwn(claims, adminClaim.name)) return false;
  const value: unknown = claims[adminClaim.name];
  return value === adminClaim.value || (Array.isArray(value) && value.includes(adminClaim.value));
}

function subjectOf({ subjectClaim }: SignInOptions, claims: IDToken): string | undefined {
  const value: unknown = Object.hasOwn(claims, subjectClaim) ? claims[subjectClaim] : undefined;
  return typeof value === 'string' && SUBJECT.test(value) && !isPersonId(value) ? value : undefined;
}

function nameOf(claims: IDToken): string {
  const found = [claims['name'], claims['preferred_username'], claims['email']].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  // Cut first: a cut through a pair leaves a half, which no store keeps.
  return String(found ?? claims.sub)
    .slice(0, 200)
    .replace(/[\p{Cc}\p{Cs}]/gu, '');
}

function refused(sentence: string): Arrival {
  return { kind: 'refused', sentence };
}
