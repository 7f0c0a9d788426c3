import type { PersonWithPassword } from '../people/people.ts';
import type { ListedPerson, PersonRequest } from '../people/person.ts';
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
