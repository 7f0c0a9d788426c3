import { setTimeout as pause } from 'node:timers/promises';
import { compare } from './compare.mjs';
import { operations } from './operations.mjs';
import { admin, makeSite, oauthRequest, startHello, startServer, statusOf } from './servers.mjs';

const WORKERS = 3;
/** A server is killed a moment after it has acknowledged at most so many operations. */
const MOST_ACKNOWLEDGED = 20;
const MOMENT_MS = 20;
/** One that acknowledges nothing for so long is a failure. */
const PATIENCE_MS = 60_000;
/**
 * Kills a server with the embedded store again and again in the middle of writes, and compares what is there after
 * each start with a ledger that is kept outside of it: nothing acknowledged is lost, nothing half-written works.
 */
export async function kill({ kills, say = () => undefined, random = Math.random }) {
  const api = await startHello();
  const site = makeSite(api, OAUTH);
  const ledger = {
    names: new Set(),
    tokens: new Map(),
    access: [],
    shrunk: 0,
    rotated: 0,
    client: undefined,
  };
  const failures = [];
  let done = 0;
  try {
    for (; done < kills && failures.length === 0; done += 1) {
      const server = await startServer(site);
      ledger.client ??= await makeClient(server);
      failures.push(...(await compare(ledger, server.url, random)));
      failures.push(...(await workUntilKilled(ledger, server, random)));
      if (done % 10 === 9) say(`kill: ${done + 1} kills, ${ledger.tokens.size} tokens acknowledged`);
    }
    const last = await startServer(site);
    failures.push(...(await compare(ledger, last.url, random)));
    await last.end('SIGTERM');
  } finally {
    api.close();
    site.remove();
  }
  const results = { kills: done, ...counted(ledger) };
  say(`kill: ${sentence(results)}`);
  return { results, failures };
}

/** Nobody comes under this address: the authorization server answers wherever the server does. */
const OAUTH = [
  'oauth: { issuer: "http://127.0.0.1:1" }',
  'scopes: { read: { description: "reads" }, write: { description: "writes" } }',
];

async function makeClient({ url }) {
  const { status, body } = await admin(url, 'POST', '/clients', {
    name: 'killed',
    grants: ['client_credentials'],
    ceiling: { scopes: ['read'] },
  });
  if (status !== 201) throw new Error(`no client was made: ${status} ${JSON.stringify(body)}`);
  return body;
}

function counted({ tokens, access, shrunk, rotated }) {
  const isRevoked = ({ state }) => state === 'revoked';
  const revoked = [...tokens.values()].filter(isRevoked).length;
  return {
    tokens: tokens.size,
    revoked,
    shrunk,
    rotated,
    access: access.length,
    accessRevoked: access.filter(isRevoked).length,
  };
}

function sentence({ kills, tokens, revoked, shrunk, rotated, access, accessRevoked }) {
  return `${kills} kills; acknowledged: ${tokens} personal tokens, ${revoked} of them revoked, ${shrunk} shrunk, ${rotated} rotated; ${access} of OAuth, ${accessRevoked} of them revoked`;
}

async function workUntilKilled(ledger, server, random) {
  let killed = false;
  let acknowledged = 0;
  const failures = [];
  const { url } = server;
  const asking = {
    ask: (method, path, body) => admin(url, method, path, body),
    statusOf: (token) => statusOf(url, token),
    oauth: (path, params) => oauthRequest(url, ledger.client, path, params),
  };
  const workers = Array.from({ length: WORKERS }, async () => {
    while (!killed) {
      const operation = operations[Math.floor(random() * operations.length)];
      try {
        if ((await operation.run(ledger, asking)) !== false) acknowledged += 1;
      } catch (error) {
        // The connection that the kill cuts off is no failure.
        if (!killed) failures.push(`${operation.name}: ${error.message}`);
        return;
      }
    }
  });
  const enough = 1 + Math.floor(random() * MOST_ACKNOWLEDGED);
  for (const until = performance.now() + PATIENCE_MS; acknowledged < enough && failures.length === 0; ) {
    if (performance.now() > until) failures.push('a server under load acknowledged nothing');
    await pause(1);
  }
  await pause(random() * MOMENT_MS);
  killed = true;
  await server.end('SIGKILL');
  await Promise.all(workers);
  return failures;
}
