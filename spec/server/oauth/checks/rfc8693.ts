import { narrowToken } from 'ambit/narrow';

import { type Check, checksOf, type Row } from './check.ts';
import { FIELD, NOTES, OTHER, SEARCH } from './clients.ts';
import { type Kit, later, outcome, type Params } from './kit.ts';
import { newProver } from './proofs.ts';

const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const BAD = '400 invalid_request';

/** Exchanges a token of the client for itself, with changes. */
const changed =
  (params: Params, of: Params = {}) =>
  async (kit: Kit) =>
    outcome(kit.exchange(await kit.owned(of), params));

const given = (params: Params, of?: Params) => async (kit: Kit) =>
  (await kit.exchanged(await kit.owned(of), params)).scope ?? 'none';

const REQUESTS: readonly Row[] = [
  [
    '2.1',
    'type-of-subject',
    'a token of another type is not exchanged',
    BAD,
    'any type of token',
    '200',
    changed({ subject_token_type: JWT }),
  ],
  [
    '2.1',
    'type-of-subject-missing',
    'nor one whose type nobody says',
    BAD,
    'any type of token',
    '200',
    changed({ subject_token_type: undefined }),
  ],
  [
    '2.1',
    'type-of-result',
    'no other type of token comes out',
    BAD,
    'any type of result',
    '200',
    changed({ requested_token_type: JWT }),
  ],
  [
    '2.1',
    'resource-elsewhere',
    'a token for another resource does not come out',
    '400 invalid_target',
    'exchange for elsewhere',
    '200',
    changed({ resource: 'https://other.test/' }),
  ],
  [
    '2.1',
    'audience-elsewhere',
    'nor one for another audience',
    '400 invalid_target',
    'exchange for elsewhere',
    '200',
    changed({ audience: 'other' }),
  ],
  [
    '2.1',
    'actor-untyped',
    'an actor without a type is refused',
    BAD,
    'any type of token',
    '200',
    async (kit) => changed({ actor_token: await kit.owned() })(kit),
  ],
  [
    '2.1',
    'actor-invalid',
    'an actor that is not one is refused',
    BAD,
    'actors are believed',
    '200',
    changed({ actor_token: 'ambo_x', actor_token_type: 'urn:ietf:params:oauth:token-type:access_token' }),
  ],
  [
    '2.1',
    'nothing-asked',
    'who asks for nothing gets nothing',
    '400 invalid_scope',
    'exchange of nothing',
    '200',
    changed({ scope: undefined }),
  ],
  [
    '2.1',
    'scope-up',
    'a scope that the token does not hold is left out',
    SEARCH,
    'exchange for more',
    `${SEARCH} ${FIELD}`,
    given({ scope: `${SEARCH} ${FIELD}` }),
  ],
  [
    '2.1',
    'scope-up-alone',
    'asked for alone, it is refused',
    '400 invalid_scope',
    'exchange for more',
    '200',
    changed({ scope: FIELD }),
  ],
  [
    '2.1',
    'details-up',
    'permissions that the token does not hold are refused',
    '400 invalid_authorization_details',
    'exchange for more',
    '200',
    changed({ authorization_details: JSON.stringify([NOTES]) }),
  ],
  [
    '2.1',
    'client-not-allowed',
    'a client without this grant does not exchange',
    BAD,
    'any grant for any client',
    '200',
    async (kit) => outcome(kit.exchange(await kit.owned(), {}, kit.clients.app)),
  ],
  [
    '2.1',
    'client-below',
    'a client does not get beyond its own ceiling by a token that holds more',
    '400 invalid_scope',
    'exchange beyond the ceiling',
    '200',
    async (kit) =>
      outcome(kit.exchange(await kit.owned({ scope: FIELD }), { scope: FIELD }, kit.clients.small)),
  ],
  [
    '2.1',
    'client-below-personal',
    'nor by a personal token',
    SEARCH,
    'exchange beyond the ceiling',
    `${SEARCH} ${OTHER}`,
    async (kit) => {
      const { token } = await kit.personal({ scopes: [SEARCH, OTHER] });
      return (await kit.exchanged(token, { scope: `${SEARCH} ${OTHER}` })).scope ?? 'none';
    },
  ],
];

/** As many exchanges after each other as there may be, and one more. */
async function tooDeep(kit: Kit): Promise<string> {
  let token = await kit.owned();
  for (let depth = 0; depth < 8; depth += 1) token = (await kit.exchanged(token)).access_token;
  return outcome(kit.exchange(token));
}

const SUBJECTS: readonly Row[] = [
  [
    '5',
    'subject-revoked',
    'a token that was revoked is not exchanged',
    BAD,
    'revocation ends nothing',
    '200',
    async (kit) => {
      const token = await kit.owned();
      await kit.revoke(kit.clients.machine, { token });
      return outcome(kit.exchange(token));
    },
  ],
  [
    '5',
    'subject-expired',
    'nor one that is over',
    BAD,
    'tokens last for ever',
    '200',
    async (kit) => {
      const token = await kit.owned();
      return later(3_601, () => outcome(kit.exchange(token)));
    },
  ],
  [
    '5',
    'subject-narrowed',
    'nor one that its holder narrowed without us',
    BAD,
    'narrowed tokens are exchanged',
    '200',
    async (kit) => {
      const { token } = await kit.personal({ scopes: [SEARCH] });
      return outcome(kit.exchange(await narrowToken(token, { expires: '10m' })));
    },
  ],
  [
    '5',
    'subject-refresh',
    'nor a refresh token',
    BAD,
    { none: 'it is in no place where access tokens are looked for' },
    '',
    async (kit) => outcome(kit.exchange((await kit.tokens()).refresh_token)),
  ],
  [
    '5',
    'subject-bound',
    'a token that is bound to a key is not exchanged without the key',
    BAD,
    'exchange without the key',
    '200',
    async (kit) => {
      const prover = await newProver(kit);
      const token = await prover.owned();
      return outcome(kit.exchange(token));
    },
  ],
  [
    '5',
    'subject-bound-other',
    'nor with another key',
    BAD,
    'exchange without the key',
    '200',
    async (kit) => {
      const token = await (await newProver(kit)).owned();
      const thief = await newProver(kit);
      return outcome(kit.exchange(token, {}, kit.clients.machine, await thief.atToken()));
    },
  ],
  [
    '5',
    'too-deep',
    'exchanges do not follow each other without end',
    BAD,
    'exchange without end',
    '200',
    tooDeep,
  ],
  [
    '2.2.1',
    'end-beyond',
    'what comes out does not live longer than what went in',
    'within',
    'exchange for longer',
    'beyond',
    async (kit) => {
      const { token } = await kit.personal({ scopes: [SEARCH], expires: '15m' });
      return (await kit.exchanged(token)).expires_in > 900 ? 'beyond' : 'within';
    },
  ],
  [
    '5',
    'parent-revoked',
    'what came out of a token ends with it',
    '401',
    'parents are not looked up again',
    '200',
    async (kit) => {
      const parent = await kit.owned();
      const { access_token: child } = await kit.exchanged(parent);
      await kit.revoke(kit.clients.machine, { token: parent });
      return kit.asks(child);
    },
  ],
  [
    '5',
    'grandparent-revoked',
    'and so does what came out of that',
    '401',
    'parents are not looked up again',
    '200',
    async (kit) => {
      const parent = await kit.owned();
      const child = await kit.exchanged((await kit.exchanged(parent)).access_token);
      await kit.revoke(kit.clients.machine, { token: parent });
      return kit.asks(child.access_token);
    },
  ],
  [
    '5',
    'personal-revoked',
    'what came out of a personal token ends with it',
    '401',
    'parents are not looked up again',
    '200',
    async (kit) => {
      const { id, token } = await kit.personal({ scopes: [SEARCH] });
      const { access_token: child } = await kit.exchanged(token);
      await kit.site.admin('DELETE', `/api/tokens/${id}`);
      return kit.asks(child);
    },
  ],
];

/** Token exchange. */
export const EXCHANGES: readonly Check[] = checksOf('8693', [...REQUESTS, ...SUBJECTS]);
