import type { Feed } from '../feed/feed.ts';
import { ensureAdministrator, forgetFirstPassword } from '../people/administrator.ts';
import { createPasswords } from '../people/password.ts';
import { createPeople, type People, type PersonWithPassword } from '../people/people.ts';
import { type ListedPerson, type PersonRequest, parsePersonRequest } from '../people/person.ts';
import type { Store } from '../store/store.ts';
import type { Ask } from './ask.ts';

/** What the person commands need, whether a server is running or not. */
export interface PersonCommands {
  create(request: PersonRequest): Promise<PersonWithPassword>;
  list(): Promise<readonly ListedPerson[]>;
  setDisabled(ref: string, disabled: boolean): Promise<ListedPerson>;
  resetPassword(ref: string): Promise<PersonWithPassword>;
}

/** People through the admin API of a running server. */
export function peopleThrough(ask: Ask): PersonCommands {
  const one = (ref: string): string => `/api/people/${encodeURIComponent(ref)}`;
  return {
    create: (request) => ask('POST', '/api/people', request),
    list: async () => (await ask<{ people: readonly ListedPerson[] }>('GET', '/api/people')).people,
    setDisabled: (ref, disabled) => ask('PATCH', one(ref), { disabled }),
    resetPassword: (ref) => ask('POST', `${one(ref)}/password`),
  };
}

/** People in a store that this process has open. */
export function peopleOf(
  { store, feed }: { readonly store: Store; readonly feed: Feed },
  data: string,
  by: string,
): PersonCommands {
  // As at a first start: whoever comes first, there is an administrator beside them.
  const withAdministrator = async (): Promise<People> => {
    const passwords = await createPasswords();
    await ensureAdministrator(store, passwords, data, new Date());
    return createPeople({ store, feed, passwords, onReset: (name) => forgetFirstPassword(name, data) });
  };
  const readers = async (): Promise<People> =>
    createPeople({ store, feed, passwords: await createPasswords(), onReset: async () => undefined });
  return {
    create: async (request) => (await withAdministrator()).create(parsePersonRequest(request), by),
    list: async () => (await readers()).list(),
    setDisabled: async (ref, disabled) => (await readers()).setDisabled(ref, disabled, by),
    resetPassword: async (ref) => (await withAdministrator()).resetPassword(ref, by),
  };
}
