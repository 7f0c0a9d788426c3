import { type Check, checksOf } from './check.ts';
import { BACK } from './clients.ts';
import { challengeOf, type Kit, outcome } from './kit.ts';

const GOOD = 'v'.repeat(43);

/** Redeems a code with another verifier than the one that it was asked for with. */
const with_ =
  (verifier: string | undefined) =>
  async (kit: Kit): Promise<string> =>
    outcome(kit.redeem(await kit.coded(), { code_verifier: verifier }));

/** Asks for a code with the challenge of a verifier, and redeems it with just that. */
const formed = (verifier: string) => async (kit: Kit) =>
  outcome(kit.redeem(await kit.coded({}, undefined, verifier)));

/** Proof Key for Code Exchange. */
export const PKCE: readonly Check[] = checksOf('7636', [
  [
    '4.6',
    'verifier-wrong',
    'a verifier that is not the one of the challenge redeems no code',
    '400 invalid_grant',
    'any verifier',
    '200',
    with_(GOOD),
  ],
  [
    '4.6',
    'verifier-missing',
    'a code with a challenge is not redeemed without a verifier',
    '400 invalid_grant',
    'verifier is not needed',
    '200',
    with_(undefined),
  ],
  [
    '4.6',
    'verifier-missing-public',
    'the same holds for a client without a secret',
    '400 invalid_grant',
    'verifier is not needed',
    '200',
    async (kit) =>
      outcome(
        kit.redeem(await kit.coded({}, kit.clients.page), { code_verifier: undefined }, kit.clients.page),
      ),
  ],
  [
    '4.6',
    'verifier-is-challenge',
    'the challenge itself, which was seen in the address, is no verifier',
    '400 invalid_grant',
    'any verifier',
    '200',
    async (kit) => {
      const coded = await kit.coded();
      return outcome(kit.redeem(coded, { code_verifier: challengeOf(coded.verifier) }));
    },
  ],
  [
    '4.6',
    'code-injected',
    'a stolen code is not redeemed with the verifier of another request of the same client',
    '400 invalid_grant',
    'any verifier',
    '200',
    async (kit) => {
      const stolen = await kit.coded();
      const own = await kit.coded();
      return outcome(kit.redeem({ ...stolen, verifier: own.verifier }));
    },
  ],
  [
    '4.1',
    'verifier-short',
    'a verifier of 42 characters is refused, though it fits its challenge',
    '400 invalid_request',
    'any form of verifier',
    '200',
    formed('v'.repeat(42)),
  ],
  [
    '4.1',
    'verifier-long',
    'a verifier of 129 characters is refused, though it fits its challenge',
    '400 invalid_request',
    'any form of verifier',
    '200',
    formed('v'.repeat(129)),
  ],
  [
    '4.1',
    'verifier-characters',
    'a verifier with a space is refused, though it fits its challenge',
    '400 invalid_request',
    'any form of verifier',
    '200',
    formed(`${GOOD} v`),
  ],
  [
    '4.3',
    'method-plain',
    'the method plain is refused',
    'invalid_request',
    'any challenge method',
    'asked',
    (kit) => kit.authorize({ code_challenge: GOOD, code_challenge_method: 'plain' }),
  ],
  [
    '4.3',
    'method-left-out',
    'a challenge without a method, which would mean plain, is refused',
    'invalid_request',
    'any challenge method',
    'asked',
    (kit) => kit.authorize({ code_challenge_method: undefined }),
  ],
  [
    '4.3',
    'method-unknown',
    'a method that there is not is refused',
    'invalid_request',
    'any challenge method',
    'asked',
    (kit) => kit.authorize({ code_challenge_method: 's256' }),
  ],
  [
    '4.4.1',
    'challenge-missing',
    'a request without a challenge is refused',
    'invalid_request',
    'challenge is not needed',
    'asked',
    (kit) => kit.authorize({ code_challenge: undefined, code_challenge_method: undefined }),
  ],
  [
    '4.4.1',
    'challenge-missing-public',
    'a request of a client without a secret, without a challenge, is refused',
    'invalid_request',
    'challenge is not needed',
    'asked',
    (kit) => kit.authorize({ code_challenge: undefined, code_challenge_method: undefined }, kit.clients.page),
  ],
  [
    '4.4.1',
    'challenge-missing-pushed',
    'a pushed request without a challenge is refused',
    '400 invalid_request',
    'challenge is not needed',
    '201',
    (kit) =>
      outcome(
        kit.post('/oauth/par', kit.clients.app, {
          client_id: kit.clients.app.id,
          response_type: 'code',
          redirect_uri: BACK,
          scope: 'tilores/query.search',
        }),
      ),
  ],
  [
    '4.2',
    'challenge-form',
    'a challenge that no S256 can have made is refused',
    'invalid_request',
    'any form of challenge',
    'asked',
    (kit) => kit.authorize({ code_challenge: 'short' }),
  ],
]);
