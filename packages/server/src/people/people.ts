import { ServerError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import type { StoredPerson } from '../store/people.ts';
import type { Store, Unit } from '../store/store.ts';
import { endGrantsOf } from './ending.ts';
import { type Passwords, passwordProblem, randomPassword } from './password.ts';
import { type ListedPerson, listedPerson, newPersonId, type PersonRequest } from './person.ts';

/** A person with the password that they have to change at their first sign-in: the only time that it is seen. */
export interface PersonWithPassword {
  readonly person: ListedPerson;
  readonly password: string;
}

export interface PeopleParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly passwords: Passwords;
  /** Told whose password was reset: failed sign-ins against the name count no more, nor does a first password. */
  readonly onReset: (name: string) => Promise<void>;
  readonly now?: () => Date;
}

/** Makes, lists and disables people, and sets their passwords. */
export interface People {
  /** Throws `ServerError` `PERSON_EXISTS`. */
  create(request: PersonRequest, by: string): Promise<PersonWithPassword>;
  list(): Promise<readonly ListedPerson[]>;
  /**
   * By id, subject or name. Disabling ends every sign-in and, for good, everything that applications were granted. Throws
   * `ServerError` `PERSON_UNKNOWN`.
   */
  setDisabled(ref: string, disabled: boolean, by: string): Promise<ListedPerson>;
  /**
   * A new password, to be changed at the next sign-in. Ends every sign-in and everything that applications were granted:
   * whoever knew the old one may have granted it. Throws `ServerError` `PERSON_UNKNOWN`, `PERSON_ELSEWHERE`.
   */
  resetPassword(ref: string, by: string): Promise<PersonWithPassword>;
  /**
   * Sets a password that the person chose, whose present one was checked, and ends every sign-in of theirs; or changes
   * nothing and says what is against it.
   */
  changePassword(person: StoredPerson, chosen: string): Promise<PasswordChange>;
}

export type PasswordChange =
  | { readonly kind: 'changed'; readonly person: StoredPerson }
  | { readonly kind: 'refused'; readonly sentence: string };

export function createPeople(parts: PeopleParts): People {
  const now = parts.now ?? (() => new Date());
  return {
    create: (request, by) => create(parts, request, by, now()),
    list: async () => (await parts.store.people.list()).map(listedPerson),
    setDisabled: (ref, disabled, by) => setDisabled(parts, ref, disabled ? now() : undefined, by, now()),
    resetPassword: (ref, by) => resetPassword(parts, ref, by, now()),
    changePassword: (person, chosen) => changePassword(parts, person, chosen, now()),
  };
}

async function create(
  { store, passwords }: PeopleParts,
  request: PersonRequest,
  by: string,
  now: Date,
): Promise<PersonWithPassword> {
  const password = randomPassword();
  const person = newPerson(request, await passwords.hash(password), now);
  const isMade = await store.write((unit) => addPerson(unit, person, by));
  if (!isMade)
    throw new ServerError(
      'PERSON_EXISTS',
      `There is somebody with the name ${person.name} or the subject ${person.subject} already.`,
      'Two people may not be one to the API: choose another name and subject.',
    );
  return { person: listedPerson(person), password };
}

/** A person with a password that has to be changed. */
export function newPerson(
  { name, subject, isAdmin }: PersonRequest,
  passwordHash: string,
  now: Date,
): StoredPerson {
  return {
    id: newPersonId(),
    subject: subject ?? name,
    name,
    passwordHash,
    mustChangePassword: true,
    isAdmin: isAdmin ?? false,
    issuer: undefined,
    issuerSubject: undefined,
    createdAt: now,
    disabledAt: undefined,
  };
}

/** Inserts a person and says so in the audit; gives whether there was room. */
export async function addPerson(unit: Unit, person: StoredPerson, by: string): Promise<boolean> {
  const isMade = await unit.people.insert(person);
  const { id, name, subject, isAdmin, issuer, createdAt } = person;
  if (isMade)
    await unit.audit.add({
      at: createdAt,
      action: 'person.created',
      actor: by,
      subject,
      details: { id, name, isAdmin, ...(issuer === undefined ? {} : { issuer }) },
    });
  return isMade;
}

async function setDisabled(
  { store, feed }: PeopleParts,
  ref: string,
  disabledAt: Date | undefined,
  by: string,
  now: Date,
): Promise<ListedPerson> {
  const person = await found(store, ref);
  await store.write(async (unit) => {
    await unit.people.setDisabled(person.id, disabledAt);
    if (disabledAt !== undefined) {
      await unit.people.endSignInsOf(person.id);
      await endGrantsOf(unit, person.subject, by, now);
    } else await unit.changes.add('subject', person.subject, now);
    const action = disabledAt === undefined ? 'person.enabled' : 'person.disabled';
    await unit.audit.add({ at: now, action, actor: by, subject: person.subject, details: { id: person.id } });
  });
  await feed.catchUp();
  return listedPerson({ ...person, disabledAt });
}

async function resetPassword(
  parts: PeopleParts,
  ref: string,
  by: string,
  now: Date,
): Promise<PersonWithPassword> {
  const person = await found(parts.store, ref);
  if (person.issuer !== undefined)
    throw new ServerError(
      'PERSON_ELSEWHERE',
      `This person has no password here: they sign in at ${person.issuer}.`,
      'Change it there.',
    );
  const password = randomPassword();
  await setPassword(parts, person, { password, mustChange: true, by, now });
  await parts.feed.catchUp();
  await parts.onReset(person.name);
  return { person: listedPerson({ ...person, mustChangePassword: true }), password };
}

async function changePassword(
  parts: PeopleParts,
  person: StoredPerson,
  chosen: string,
  now: Date,
): Promise<PasswordChange> {
  const sentence = passwordProblem(chosen, person.name);
  if (sentence !== undefined) return { kind: 'refused', sentence };
  if (await parts.passwords.matches(chosen, person.passwordHash))
    return { kind: 'refused', sentence: 'The new password is the present one. Take another.' };
  const given = { password: chosen, mustChange: false, by: person.subject, now };
  return { kind: 'changed', person: await setPassword(parts, person, given) };
}

async function setPassword(
  { store, passwords }: PeopleParts,
  person: StoredPerson,
  given: { password: string; mustChange: boolean; by: string; now: Date },
): Promise<StoredPerson> {
  const passwordHash = await passwords.hash(given.password);
  await store.write(async (unit) => {
    await unit.people.change(person.id, { passwordHash, mustChangePassword: given.mustChange });
    await unit.people.endSignInsOf(person.id);
    if (given.mustChange) await endGrantsOf(unit, person.subject, given.by, given.now);
    await unit.audit.add({
      at: given.now,
      action: 'person.changed',
      actor: given.by,
      subject: person.subject,
      details: { id: person.id, password: given.mustChange ? 'reset' : 'changed' },
    });
  });
  return { ...person, passwordHash, mustChangePassword: given.mustChange };
}

// By id, subject or name. What one person is known by may be what another types; then nobody is meant.
async function found({ people }: Store, ref: string): Promise<StoredPerson> {
  const matches = await Promise.all([people.find(ref), people.findBySubject(ref), people.findByName(ref)]);
  const [person, ...others] = matches.filter((one) => one !== undefined);
  if (person !== undefined && others.every(({ id }) => id === person.id)) return person;
  throw new ServerError(
    'PERSON_UNKNOWN',
    person === undefined
      ? 'There is no person with this id, subject or name.'
      : 'This is the subject of one person and the name of another; name them by id.',
    'ambit-server person list shows them.',
  );
}
