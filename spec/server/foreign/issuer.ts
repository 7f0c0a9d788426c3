import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { base64url, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** Algorithms of the keys that a test issuer has. `RS384` is there to be refused. */
export type KeyName = 'ES256' | 'RS256' | 'EdDSA' | 'PS256' | 'RS384';

export interface IssuerKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export type Claims = Record<string, unknown>;

/** An authorization server on loopback: its keys, its metadata, and what it was asked. */
export interface TestIssuer {
  readonly url: string;
  readonly keys: ReadonlyMap<KeyName, IssuerKey>;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[];
  /** Bodies that were posted, oldest first. */
  readonly posted: { readonly body: string; readonly authorization: string | undefined }[];
  /** What is answered instead, by path. */
  readonly answers: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  close(): Promise<void>;
}

const sharedKeys = new Map<string, Promise<IssuerKey>>();

/** A key pair by a name; made once, since RSA keys take their time. */
export function keyNamed(name: string, alg: KeyName): Promise<IssuerKey> {
  const known = sharedKeys.get(`${name} ${alg}`);
  if (known !== undefined) return known;
  const made = makeKey(name, alg);
  sharedKeys.set(`${name} ${alg}`, made);
  return made;
}

async function makeKey(name: string, alg: KeyName): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid: `${name}-${alg}`, alg, use: 'sig' },
  };
}

export const json = (value: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};

export async function startIssuer(): Promise<TestIssuer> {
  const names: readonly KeyName[] = ['ES256', 'RS256', 'EdDSA', 'PS256', 'RS384'];
  const keys = new Map<KeyName, IssuerKey>();
  for (const alg of names) keys.set(alg, await keyNamed('own', alg));
  const asked: string[] = [];
  const posted: { body: string; authorization: string | undefined }[] = [];
  const answers: TestIssuer['answers'] = new Map();
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.method === 'POST') posted.push({ body, authorization: request.headers.authorization });
    const answer = answers.get(request.url ?? '');
    if (answer !== undefined) return answer(request, response);
    if (request.url === '/jwks')
      return json({ keys: [...keys.values()].map(({ jwk }) => jwk) })(request, response);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    asked,
    posted,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How a token of a test is made; whatever is left out is as in a good token. */
export interface TokenPlan {
  readonly header?: Claims;
  readonly claims?: Claims;
  /** The payload as text, for what no object can say; `ISSUER` and `LATER` in it are put in. */
  readonly payload?: string;
  /** `own`, `stranger`, `embedded`, `hmac of the pem`, `hmac of the jwk`, `tampered`, `stripped`, `zeros`, `none`. */
  readonly sign?: string;
  readonly key?: KeyName;
}

/** A date in a plan: `{ seconds: 300 }` from now. */
export const dated = (value: unknown, nowSeconds: number): unknown =>
  typeof value === 'object' && value !== null && 'seconds' in value
    ? nowSeconds + Number(value.seconds)
    : value;

const part = (value: string | Uint8Array): string => base64url.encode(value);

export function headerAndPayload(plan: TokenPlan, issuer: string, now: number): [Claims, string] {
  const alg = plan.key ?? 'ES256';
  const header = { alg, kid: `own-${alg}`, typ: 'at+jwt', ...plan.header };
  const good = {
    iss: issuer,
    aud: 'https://graphql.example',
    sub: 'alice',
    client_id: 'app',
    iat: now,
    exp: now + 300,
    scope: 'read',
  };
  const claims = Object.entries({ ...good, ...plan.claims })
    .map(([name, value]) => [name, value === 'ISSUER/' ? `${issuer}/` : dated(value, now)] as const)
    .filter(([, value]) => value !== 'ABSENT');
  const written = Object.fromEntries(Object.entries(header).filter(([, value]) => value !== 'ABSENT'));
  const text =
    plan.payload?.replaceAll('ISSUER', issuer).replaceAll('LATER', String(now + 300)) ??
    JSON.stringify(Object.fromEntries(claims));
  return [written, text];
}

/** Makes the token that a plan describes. */
export async function makeToken(
  plan: TokenPlan,
  issuer: TestIssuer,
  now = Date.now() / 1_000,
): Promise<string> {
  const alg = plan.key ?? 'ES256';
  const [header, payload] = headerAndPayload(plan, issuer.url, Math.floor(now));
  const own = issuer.keys.get(alg)!;
  const stranger = await keyNamed('stranger', alg);
  const signWith = async (key: CryptoKey, more: Claims = {}) => {
    const all = { ...header, ...more };
    const input = `${part(JSON.stringify(all))}.${part(payload)}`;
    return `${input}.${part(await signature(input, key, alg))}`;
  };
  const hmac = (secret: string | Uint8Array) => {
    const input = `${part(JSON.stringify({ ...header, alg: 'HS256' }))}.${part(payload)}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  switch (plan.sign ?? 'own') {
    case 'own':
      return signWith(own.privateKey);
    case 'stranger':
      return signWith(stranger.privateKey);
    case 'embedded':
      return signWith(stranger.privateKey, { jwk: stranger.jwk });
    case 'hmac of the pem':
      return hmac(pemOf(own.jwk));
    case 'hmac of the jwk':
      return hmac(JSON.stringify(own.jwk));
    case 'tampered': {
      const [head, body, tail] = (await signWith(own.privateKey)).split('.');
      const claims = JSON.parse(Buffer.from(body!, 'base64url').toString()) as Claims;
      return `${head}.${part(JSON.stringify({ ...claims, scope: 'admin' }))}.${tail}`;
    }
    case 'stripped':
      return `${(await signWith(own.privateKey)).split('.').slice(0, 2).join('.')}.`;
    case 'zeros':
      return `${part(JSON.stringify(header))}.${part(payload)}.${part(new Uint8Array(64))}`;
    case 'none':
      return `${part(JSON.stringify({ ...header, alg: 'none' }))}.${part(payload)}.`;
    default:
      throw new Error(`no way to sign: ${plan.sign}`);
  }
}

async function signature(input: string, key: CryptoKey, alg: KeyName): Promise<Uint8Array> {
  const parameters = {
    ES256: { name: 'ECDSA', hash: 'SHA-256' },
    RS256: 'RSASSA-PKCS1-v1_5',
    RS384: 'RSASSA-PKCS1-v1_5',
    EdDSA: 'Ed25519',
    PS256: { name: 'RSA-PSS', saltLength: 32 },
  }[alg];
  return new Uint8Array(
    await crypto.subtle.sign(parameters, key as Parameters<typeof crypto.subtle.sign>[1], Buffer.from(input)),
  );
}

function pemOf(jwk: JWK): string {
  const key: KeyObject = createPublicKey({ key: jwk as never, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** A good token by jose itself, so that what is refused above is not refused for how it was written. */
export async function joseToken(issuer: TestIssuer, key: KeyName, claims: Claims): Promise<string> {
  const { privateKey } = issuer.keys.get(key)!;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key, kid: `own-${key}`, typ: 'at+jwt' })
    .setIssuer(issuer.url)
    .setAudience('https://graphql.example')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey);
}
