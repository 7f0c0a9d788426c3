import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { issuersShape } from '../../packages/server/dist/foreign/config.js';
import { createForeignTokens } from '../../packages/server/dist/foreign/foreign.js';

const AUDIENCE = 'https://graphql.example';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Microseconds of CPU for one JWT of another issuer, by algorithm: `cold`, a token that was never seen, and `cached`, one
 * that was seen within the last minute. The keys are there by then.
 */
export async function foreignCosts({ tokens = 2_000, algorithms = ['ES256', 'RS256', 'EdDSA'] } = {}) {
  const costs = {};
  for (const alg of algorithms) costs[alg] = await costOf(alg, tokens);
  return costs;
}

async function costOf(alg, tokens) {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg, use: 'sig' }];
  const server = createServer((_, response) => response.end(JSON.stringify({ keys })));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const config = { issuer, jwks: `${issuer}/jwks`, audience: [AUDIENCE], allowPrivateNetwork: true };
  const foreign = createForeignTokens({
    issuers: issuersShape.parse([config]),
    introspection: undefined,
    log: silent,
  });
  const make = (jti) =>
    new SignJWT({ scope: 'read write', client_id: 'app', jti: String(jti) })
      .setProtectedHeader({ alg, kid: 'k', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setSubject('alice')
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
  try {
    const made = [];
    for (let jti = 0; jti < tokens * 2; jti += 1) made.push(await make(jti));
    const [warmUp, measured] = [made.slice(0, tokens), made.slice(tokens)];
    await cpuOf(warmUp, foreign);
    return {
      cold: await cpuOf(measured, foreign),
      cached: await cpuOf(Array(tokens * 10).fill(made[0]), foreign),
    };
  } finally {
    await foreign.close();
    server.closeAllConnections();
    server.close();
  }
}

async function cpuOf(tokens, foreign) {
  const before = process.cpuUsage();
  for (const token of tokens) {
    if ((await foreign.authenticate(token)) === undefined) throw new Error('a good token was refused');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / tokens.length;
}
