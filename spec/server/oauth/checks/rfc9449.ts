import { type Check, checksOf, type Row } from './check.ts';
import { type Coded, type Issued, type Kit, outcome } from './kit.ts';
import { type Difference, newProver, type Prover } from './proofs.ts';

type Differing = (prover: Prover, kit: Kit) => Difference | Promise<Difference>;

/** Asks with a bound token and a proof that differs from a good one. */
const presented = (differing: Differing) => async (kit: Kit) => {
  const prover = await newProver(kit);
  const token = await prover.owned();
  return kit.asks(token, await prover.atResource(token, await differing(prover, kit)));
};

/** Asks for a token with a proof that differs from a good one. */
const bound = (differing: Differing) => async (kit: Kit) => {
  const prover = await newProver(kit);
  const headers = await prover.atToken(await differing(prover, kit));
  return outcome(
    kit.token(
      kit.clients.machine,
      { grant_type: 'client_credentials', scope: 'tilores/query.search' },
      headers,
    ),
  );
};

const seconds = (more: number): number => Math.floor(Date.now() / 1_000) + more;
const bytes = ({ jwk }: Prover): Uint8Array => new TextEncoder().encode(JSON.stringify(jwk));
const unsigned = (headers: Record<string, string>): Record<string, string> => {
  const [, payload = ''] = (headers['dpop'] ?? '').split('.');
  const [header = ''] = (headers['dpop'] ?? '').split('.');
  const none = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), alg: 'none' };
  return { ...headers, dpop: `${Buffer.from(JSON.stringify(none)).toString('base64url')}.${payload}.` };
};

const at = (name: string, says: string, weakening: string, differing: Differing, section = '4.3'): Row => [
  section,
  `resource-${name}`,
  says,
  '401',
  `proofs: ${weakening}`,
  '200',
  presented(differing),
];

const RESOURCE: readonly Row[] = [
  at('method', 'a proof for another method is refused', 'method', () => ({ claims: { htm: 'GET' } })),
  at('address', 'a proof for another address', 'address', () => ({
    claims: { htu: 'https://other.test/graphql' },
  })),
  at('address-token', 'a proof that was made for the token endpoint', 'address', (_prover, { site }) => ({
    claims: { htu: `${site.issuer}/oauth/token` },
  })),
  at('token-other', 'a proof for another token', 'token', () => ({ claims: { ath: 'x' } })),
  at('token-none', 'a proof for no token', 'token', () => ({ claims: { ath: undefined } })),
  at('old', 'a proof of more than a minute ago', 'time', () => ({ claims: { iat: seconds(-120) } }), '11.1'),
  at('future', 'a proof of a time to come', 'time', () => ({ claims: { iat: seconds(120) } }), '11.1'),
  at('id-number', 'a proof whose id is no text', 'id', () => ({ claims: { jti: 7 } })),
  at('type', 'a token that was signed for something else is no proof', 'type', () => ({
    header: { typ: 'JWT' },
  })),
  at('key-other', 'a proof of another key, whole in itself', 'key', async (_prover, kit) => {
    const thief = await newProver(kit);
    return { header: { jwk: thief.jwk }, key: thief.key };
  }),
  at(
    'signature',
    'a proof that names the key and is signed by another',
    'signature',
    async (_prover, kit) => ({ key: (await newProver(kit)).key }),
  ),
  at(
    'hmac',
    'a proof whose secret is the public key',
    'signature',
    (prover) => ({ header: { alg: 'HS256' }, key: bytes(prover) }),
    '11.6',
  ),
  at('private', 'a proof that holds its private key', 'signature', ({ privateJwk }) => ({
    header: { jwk: privateJwk },
  })),
  [
    '11.6',
    'resource-none',
    'a proof without a signature is refused',
    '401',
    'proofs: signature',
    '200',
    async (kit) => {
      const prover = await newProver(kit);
      const token = await prover.owned();
      return kit.asks(token, unsigned(await prover.atResource(token)));
    },
  ],
  [
    '11.1',
    'resource-twice',
    'a proof that comes twice is refused',
    '401',
    'proofs: once',
    '200',
    async (kit) => {
      const prover = await newProver(kit);
      const token = await prover.owned();
      const headers = await prover.atResource(token);
      await kit.asks(token, headers);
      return kit.asks(token, headers);
    },
  ],
  [
    '7.1',
    'proof-missing',
    'a bound token without a proof is refused',
    '401',
    'any scheme for a token',
    '200',
    async (kit) => {
      const token = await (await newProver(kit)).owned();
      return kit.asks(token, { authorization: `DPoP ${token}` });
    },
  ],
  [
    '7.2',
    'bound-as-bearer',
    'a bound token is no bearer',
    '401',
    'any scheme for a token',
    '200',
    async (kit) => kit.asks(await (await newProver(kit)).owned()),
  ],
  [
    '7.2',
    'bound-as-bearer-proven',
    'not with a good proof either',
    '401',
    'any scheme for a token',
    '200',
    async (kit) => {
      const prover = await newProver(kit);
      const token = await prover.owned();
      return kit.asks(token, { ...(await prover.atResource(token)), authorization: `Bearer ${token}` });
    },
  ],
  [
    '7.1',
    'bearer-as-bound',
    'a bearer gains nothing by the scheme of bound tokens',
    '401',
    'any scheme for a token',
    '200',
    async (kit) => {
      const token = await kit.owned();
      return kit.asks(token, await (await newProver(kit)).atResource(token));
    },
  ],
];

const ask = (name: string, says: string, weakening: string, differing: Differing): Row => [
  '5',
  `token-${name}`,
  says,
  '400 invalid_dpop_proof',
  `proofs for tokens: ${weakening}`,
  '200',
  bound(differing),
];

/** A client without a secret that redeems a code under a key; and that key. */
async function refreshable(
  kit: Kit,
): Promise<{ readonly issued: Issued; readonly coded: Coded; readonly prover: Prover }> {
  const coded = await kit.coded({}, kit.clients.page);
  const prover = await newProver(kit);
  return { coded, prover, issued: await kit.redeemed(coded, {}, kit.clients.page, await prover.atToken()) };
}

const refreshed = (
  kit: Kit,
  { refresh_token: token }: Issued,
  headers?: Record<string, string>,
): Promise<string> =>
  outcome(kit.token(kit.clients.page, { grant_type: 'refresh_token', refresh_token: token }, headers));

const TOKENS: readonly Row[] = [
  ask('method', 'at the token endpoint, a proof for another method is refused', 'method', () => ({
    claims: { htm: 'GET' },
  })),
  ask('address', 'there, a proof for another address', 'address', (_prover, kit) => ({
    claims: { htu: kit.resource },
  })),
  ask('old', 'there, a proof of long ago', 'time', () => ({ claims: { iat: seconds(-3_600) } })),
  ask(
    'signature',
    'there, a proof that names a key and is signed by another',
    'signature',
    async (_prover, kit) => ({ key: (await newProver(kit)).key }),
  ),
  ask('hmac', 'there, a proof whose secret is the public key', 'signature', (prover) => ({
    header: { alg: 'HS256' },
    key: bytes(prover),
  })),
  ask('private', 'there, a proof that holds its private key', 'signature', ({ privateJwk }) => ({
    header: { jwk: privateJwk },
  })),
  [
    '11.1',
    'token-twice',
    'there, a proof that comes twice',
    '400 invalid_grant',
    'proofs for tokens: once',
    '200',
    async (kit) => {
      const headers = await (await newProver(kit)).atToken();
      const own = { grant_type: 'client_credentials', scope: 'tilores/query.search' };
      await kit.token(kit.clients.machine, own, headers);
      return outcome(kit.token(kit.clients.machine, own, headers));
    },
  ],
  [
    '5.2',
    'client-bound',
    'a client whose tokens are all bound gets none without a proof',
    '400 invalid_grant',
    'clients need no proof',
    '200',
    (kit) => outcome(kit.own({}, kit.clients.bound)),
  ],
  [
    '5',
    'refresh-unproven',
    'a client without a secret does not refresh without the key',
    '400 invalid_grant',
    'refresh without the key',
    '200',
    async (kit) => refreshed(kit, (await refreshable(kit)).issued),
  ],
  [
    '5',
    'refresh-other-key',
    'nor with another key',
    '400 invalid_grant',
    'refresh without the key',
    '200',
    async (kit) => refreshed(kit, (await refreshable(kit)).issued, await (await newProver(kit)).atToken()),
  ],
  [
    '10',
    'code-unproven',
    'a code that was asked for with a key is not redeemed without it',
    '400 invalid_grant',
    'a code is for any key',
    '200',
    async (kit) => outcome(kit.redeem(await kit.coded({ dpop_jkt: 'x'.repeat(43) }))),
  ],
  [
    '10',
    'code-other-key',
    'nor with another key',
    '400 invalid_grant',
    'a code is for any key',
    '200',
    async (kit) =>
      outcome(
        kit.redeem(
          await kit.coded({ dpop_jkt: 'x'.repeat(43) }),
          {},
          kit.clients.app,
          await (await newProver(kit)).atToken(),
        ),
      ),
  ],
];

/** Demonstrating Proof of Possession. */
export const PROOFS: readonly Check[] = checksOf('9449', [...RESOURCE, ...TOKENS]);
