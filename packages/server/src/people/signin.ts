import type { Log } from '../log.ts';
import type { StoredPerson } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import { type Passwords, TooBusy } from './password.ts';
import { isBrowserMark } from './person.ts';
import type { Throttle } from './throttle.ts';

/** What was typed, and by whom. */
export interface PasswordAttempt {
  readonly name: string;
  readonly password: string;
  readonly address: string;
  /** What the browser kept from an earlier sign-in. */
  readonly browserMark: string | undefined;
}

export type PasswordOutcome =
  | { readonly kind: 'signed-in'; readonly person: StoredPerson }
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly seconds: number };

export interface PasswordSignInParts {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly log: Log;
  readonly now: () => Date;
}

const TEXT_LENGTH = 1_000;
const BUSY_SECONDS = 5;

/**
 * Whether name and password are those of somebody who may sign in. One answer, after the same work, whether the name is
 * unknown, the password wrong or the person disabled.
 */
export async function checkPassword(
  parts: PasswordSignInParts,
  attempt: PasswordAttempt,
): Promise<PasswordOutcome> {
  const { store, passwords, throttle, log } = parts;
  const name = attempt.name.normalize('NFC').trim().toLowerCase();
  if (name.length > TEXT_LENGTH || attempt.password.length > TEXT_LENGTH) return { kind: 'refused' };
  const person = await store.people.findByName(name);
  const counted = {
    name,
    address: attempt.address,
    isKnownBrowser: isBrowserMark(attempt.browserMark, person),
  };
  const seconds = await throttle.begin(counted);
  if (seconds > 0) {
    log.warn({ address: attempt.address, seconds }, 'too many failed sign-ins');
    return { kind: 'wait', seconds };
  }
  try {
    const isRight = await passwords.matches(attempt.password, person?.passwordHash);
    if (isRight && person !== undefined && person.disabledAt === undefined) {
      await throttle.succeeded(counted);
      return { kind: 'signed-in', person };
    }
  } catch (error) {
    if (error instanceof TooBusy) return { kind: 'wait', seconds: BUSY_SECONDS };
    throw error;
  }
  await tellRefused(parts, person, attempt.address);
  return { kind: 'refused' };
}

// The name is not kept: now and then it is a mistyped password. Written for nobody as well, since what is written for
// some names alone takes time that tells which there are.
async function tellRefused(
  { store, log, now }: PasswordSignInParts,
  person: StoredPerson | undefined,
  address: string,
): Promise<void> {
  log.info({ person: person?.id, address }, 'sign-in refused');
  await store.write((unit) =>
    unit.audit.add({
      at: now(),
      action: 'person.refused',
      actor: address,
      subject: person?.subject,
      details: person === undefined ? {} : { id: person.id },
    }),
  );
}
