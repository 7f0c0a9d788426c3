import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';

import type { Narrow } from '../../../packages/server/dist/narrow.js';
import type { OAuthRecord } from '../../../packages/server/dist/store/oauth.js';
import type { Store, Unit } from '../../../packages/server/dist/store/store.js';

/** Mistakes that a server could have, each of which the test has to find. */
export const WEAKNESSES = [
  'a narrowing gives what is asked for',
  'a recogniser drops caveats',
  'a recogniser drops all caveats but the last',
  'a refresh ignores what was granted',
  'an exchange forgets its parent',
  'a disabled person stays active',
  'an ended grant stays',
] as const;

export type Weakness = (typeof WEAKNESSES)[number];
type Now = () => Weakness | undefined;

export function weakNarrow(narrow: Narrow, now: Now): Narrow {
  return (parent, request) =>
    now() === 'a narrowing gives what is asked for'
      ? { grants: { ...parent, ...request }, refused: [] }
      : narrow(parent, request);
}

export function weakAuthenticate(
  authenticate: (request: Request) => Promise<Authentication>,
  now: Now,
): (request: Request) => Promise<Authentication> {
  return async (request) => {
    const found = await authenticate(request);
    if (!('grants' in found)) return found;
    const { caveats = [], ...grants }: Grants = found.grants;
    if (now() === 'a recogniser drops caveats') return { ...found, grants };
    if (now() === 'a recogniser drops all caveats but the last' && caveats.length > 1)
      return { ...found, grants: { ...grants, caveats: caveats.slice(-1) } };
    return found;
  };
}

export function weakStore(store: Store, now: Now): Store {
  return {
    ...store,
    people: {
      ...store.people,
      async findBySubject(subject) {
        const person = await store.people.findBySubject(subject);
        const isWeak = now() === 'a disabled person stays active' && person !== undefined;
        return isWeak ? { ...person, disabledAt: undefined } : person;
      },
    },
    write: (work) => store.write((unit) => work({ ...unit, oauth: weakRecords(unit, now) })),
  };
}

function weakRecords({ oauth, clients }: Unit, now: Now): Unit['oauth'] {
  const kept = async (record: OAuthRecord): Promise<OAuthRecord> => {
    if (now() === 'an exchange forgets its parent') return { ...record, parent: undefined };
    const isRefreshed =
      record.model === 'AccessToken' && String(record.payload['gty']).includes('refresh_token');
    if (now() !== 'a refresh ignores what was granted' || !isRefreshed) return record;
    const client = await clients.find(String(record.payload['clientId']));
    return { ...record, payload: { ...record.payload, scope: client?.ceiling.scopes?.join(' ') } };
  };
  return {
    ...oauth,
    put: async (record) => oauth.put(await kept(record)),
    removeOfGrant: async (grantId, model) =>
      now() === 'an ended grant stays' ? 0 : oauth.removeOfGrant(grantId, model),
    remove: async (model, idHash) =>
      now() === 'an ended grant stays' && model === 'Grant' ? undefined : oauth.remove(model, idHash),
  };
}
