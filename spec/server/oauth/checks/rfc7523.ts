import { SignJWT } from 'jose';

import { type Check, checksOf } from './check.ts';
import { SEARCH } from './clients.ts';
import { type Kit, outcome, type Params } from './kit.ts';

const OWN = { grant_type: 'client_credentials', scope: SEARCH };

interface Assertion {
  readonly claims?: object;
  readonly header?: object;
  readonly key?: CryptoKey | Uint8Array;
}

async function assertion({ clients, site }: Kit, { claims, header, key }: Assertion): Promise<Params> {
  const { id, key: own } = clients.keyed;
  const now = Math.floor(Date.now() / 1_000);
  const all = {
    iss: id,
    sub: id,
    aud: site.issuer,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 60,
    ...claims,
  };
  const text = await new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', kid: 'k', ...header })
    .sign(key ?? own);
  return {
    ...OWN,
    client_assertion: text,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  };
}

const asserted = (change: (kit: Kit) => Assertion | Promise<Assertion>) => async (kit: Kit) =>
  outcome(kit.token(undefined, await assertion(kit, await change(kit))));

const another = async (): Promise<CryptoKey> =>
  (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']))
    .privateKey;

const NOT_IT = '401 invalid_client';

/** Assertions as the authentication of clients. */
export const ASSERTIONS: readonly Check[] = checksOf('7523', [
  [
    '3',
    'key-other',
    'an assertion by another key is refused',
    NOT_IT,
    'signature of an assertion',
    '200',
    asserted(async () => ({ key: await another() })),
  ],
  [
    '3',
    'expired',
    'an assertion that is over is refused',
    NOT_IT,
    'signature of an assertion',
    '200',
    asserted(() => ({ claims: { exp: Math.floor(Date.now() / 1_000) - 60 } })),
  ],
  [
    '3',
    'end-missing',
    'an assertion without an end is refused',
    NOT_IT,
    'end of an assertion',
    '200',
    asserted(() => ({ claims: { exp: undefined } })),
  ],
  [
    '3',
    'audience-other',
    'an assertion for another server is refused',
    NOT_IT,
    'audience of an assertion',
    '200',
    asserted(() => ({ claims: { aud: 'https://other.test' } })),
  ],
  [
    '3',
    'issuer-other',
    'an assertion by another name than the client is refused',
    NOT_IT,
    'issuer of an assertion',
    '200',
    asserted((kit) => ({ claims: { iss: kit.clients.machine.id } })),
  ],
  [
    '3',
    'algorithm-hmac',
    'an assertion by a shared secret is refused',
    NOT_IT,
    'algorithm of an assertion',
    '200',
    asserted(() => ({ header: { alg: 'HS256' }, key: new Uint8Array(32) })),
  ],
  [
    '3',
    'twice',
    'an assertion that comes twice is refused',
    NOT_IT,
    'assertions are not used up',
    '200',
    async (kit) => {
      const params = await assertion(kit, {});
      await kit.token(undefined, params);
      return outcome(kit.token(undefined, params));
    },
  ],
  [
    '3',
    'secret-instead',
    'a client that has a key gets nothing by a secret',
    NOT_IT,
    'any way to authenticate',
    '200',
    (kit) => outcome(kit.token({ id: kit.clients.keyed.id, secret: 'x' }, OWN)),
  ],
]);
