import { setTimeout as pause } from 'node:timers/promises';
import { admin, makeSite, startHello, startServer, statusOf } from './servers.mjs';

const WORKERS = 3;
/** A server is killed a moment after it has acknowledged at most so many operations. */
const MOST_ACKNOWLEDGED = 20;
const MOMENT_MS = 20;
/** One that acknowledges nothing for so long is a failure. */
const PATIENCE_MS = 60_000;
/** After each kill all that its life acknowledged is asked after, and so many of what is older. */
const OLDER = 20;

/**
 * What is done while the server is killed. Each takes the ledger and `ask(method, path, body)`, writes down before
 * asking what may have happened, and after an acknowledgement what has happened.
 */
export const operations = [
  {
    name: 'create',
    async run(ledger, ask) {
      const name = `n${ledger.names.size}`;
      ledger.names.add(name);
      const { status, body } = await ask('POST', '/tokens', { name, scopes: ['read'] });
      if (status !== 201) throw new Error(`a creation was answered ${status}`);
      ledger.tokens.set(body.id, { id: body.id, token: body.token, state: 'active', fresh: true });
    },
  },
  {
    name: 'revoke',
    async run(ledger, ask) {
      const entry = [...ledger.tokens.values()].reverse().find(({ state }) => state === 'active');
      if (entry === undefined) return;
      entry.state = 'unsure';
      entry.fresh = true;
      const { status, body } = await ask('DELETE', `/tokens/${entry.id}`);
      if (status !== 200 || body.status !== 'revoked') throw new Error(`a revocation was answered ${status}`);
      entry.state = 'revoked';
    },
  },
];

/**
 * Kills a server with the embedded store again and again in the middle of writes, and compares what is there after
 * each start with a ledger that is kept outside of it: nothing acknowledged is lost, nothing half-written works.
 */
export async function kill({ kills, say = () => undefined, random = Math.random }) {
  const api = await startHello();
  const site = makeSite(api);
  const ledger = { names: new Set(), tokens: new Map() };
  const failures = [];
  let done = 0;
  try {
    for (; done < kills && failures.length === 0; done += 1) {
      const server = await startServer(site);
      failures.push(...(await compare(ledger, server.url)));
      failures.push(...(await workUntilKilled(ledger, server, random)));
      if (done % 10 === 9) say(`kill: ${done + 1} kills, ${ledger.tokens.size} tokens acknowledged`);
    }
    const last = await startServer(site);
    failures.push(...(await compare(ledger, last.url)));
    await last.end('SIGTERM');
  } finally {
    api.close();
    site.remove();
  }
  const revoked = [...ledger.tokens.values()].filter(({ state }) => state === 'revoked').length;
  say(`kill: ${done} kills, ${ledger.tokens.size} tokens and ${revoked} revocations acknowledged`);
  return { results: { kills: done, tokens: ledger.tokens.size, revoked }, failures };
}

async function workUntilKilled(ledger, server, random) {
  let killed = false;
  let acknowledged = 0;
  const failures = [];
  const ask = (method, path, body) => admin(server.url, method, path, body);
  const workers = Array.from({ length: WORKERS }, async () => {
    while (!killed) {
      const operation = operations[Math.floor(random() * operations.length)];
      try {
        await operation.run(ledger, ask);
        acknowledged += 1;
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

async function compare(ledger, url) {
  const failures = [];
  const { body } = await admin(url, 'GET', '/tokens');
  const listed = new Map(body.tokens.map((token) => [token.id, token]));
  for (const { id, name } of listed.values())
    if (!ledger.names.has(name)) failures.push(`${id} was never asked for`);
  const entries = [...ledger.tokens.values()];
  const older = entries.filter(({ fresh }) => !fresh).slice(-OLDER);
  for (const entry of entries) {
    const found = listed.get(entry.id);
    if (found === undefined) failures.push(`${entry.id} was acknowledged and is lost`);
    else if (entry.state !== 'unsure' && found.status !== entry.state)
      failures.push(`${entry.id} is ${found.status}, acknowledged as ${entry.state}`);
    else if (entry.fresh || older.includes(entry)) {
      const status = await statusOf(url, entry.token);
      if (status !== (found.status === 'active' ? 200 : 401))
        failures.push(`${entry.id} is listed as ${found.status} and answered ${status}`);
    }
    // What was unsure is settled by what is there.
    if (found !== undefined && entry.state === 'unsure') entry.state = found.status;
    entry.fresh = false;
  }
  return failures;
}
