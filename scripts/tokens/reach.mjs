import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../lib/postgres.mjs';
import { admin, makeSite, startHello, startServer, statusOf } from './servers.mjs';

const NODES = 3;
const AT_ONCE = 5;
const LOAD_PAUSE_MS = 10;
/** How long is waited beyond the promise before a token counts as never refused. */
const PATIENCE_MS = 10_000;

/** What is promised: milliseconds from the acknowledged revocation until every node refuses the token. */
export const PROMISES = { push: 1_000, poll: 5_000 };

/**
 * Three servers on one real PostgreSQL, all under load; tokens are revoked at one of them in turn. Gives, with push
 * and without it, the times until each node refuses, and the promises that were not kept.
 */
export async function reach({ revocations, say = () => undefined, promises = PROMISES }) {
  const postgres = await startPostgres();
  const api = await startHello();
  try {
    const results = {};
    for (const way of ['push', 'poll']) {
      results[way] = await measure({ way, revocations, postgres, api });
      const { p50, p99, max, broken } = summary(results[way], promises[way]);
      results[way] = { revocations, p50, p99, max, promised: promises[way], broken };
      say(
        `reach, ${way}: ${revocations} revocations on ${NODES} nodes, p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (promised ${promises[way]})`,
      );
    }
    const failures = Object.entries(results).flatMap(([way, { broken }]) =>
      broken.map((what) => `${way}: ${what}`),
    );
    return { results, failures };
  } finally {
    api.close();
    await postgres.stop();
  }
}

async function measure({ way, revocations, postgres, api }) {
  const database = ['database:', `  url: "${postgres.url}"`, `  push: ${way === 'push'}`];
  const sites = Array.from({ length: NODES }, () => makeSite(api, database));
  const nodes = [];
  try {
    // At once: the first makes the tables, and the others wait for it.
    const started = await Promise.allSettled(sites.map((site) => startServer(site)));
    nodes.push(...started.flatMap(({ value }) => value ?? []));
    const failed = started.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    const load = startLoad(nodes, await make(nodes[0], 'load'));
    const times = [];
    for (let done = 0; done < revocations; done += AT_ONCE) {
      const turn = Array.from({ length: Math.min(AT_ONCE, revocations - done) }, (_, at) => done + at);
      times.push(...(await Promise.all(turn.map((index) => revokeOne(nodes, index)))).flat());
    }
    const refused = await load.stop();
    return { times, refused };
  } finally {
    await Promise.all(nodes.map((node) => node.end('SIGTERM')));
    for (const site of sites) site.remove();
  }
}

async function make(node, name) {
  const { status, body } = await admin(node.url, 'POST', '/tokens', { name, scopes: ['read'] });
  if (status !== 201) throw new Error(`no token was made: ${status}`);
  return body;
}

/** A token that stays good has to pass on every node all the time. */
function startLoad(nodes, { token }) {
  let running = true;
  let refused = 0;
  const loops = nodes.map(async ({ url }) => {
    while (running) {
      if ((await statusOf(url, token)) !== 200) refused += 1;
      await pause(LOAD_PAUSE_MS);
    }
  });
  return {
    async stop() {
      running = false;
      await Promise.all(loops);
      return refused;
    },
  };
}

async function revokeOne(nodes, index) {
  const asked = index % nodes.length;
  const { id, token } = await make(nodes[asked], `r${index}`);
  // Every node remembers it from here on.
  for (const { url } of nodes)
    if ((await statusOf(url, token)) !== 200) throw new Error('a new token does not pass');
  const { status } = await admin(nodes[asked].url, 'DELETE', `/tokens/${id}`);
  if (status !== 200) throw new Error(`a revocation was answered ${status}`);
  const acknowledged = performance.now();
  return Promise.all(
    nodes.map(async ({ url }, at) => {
      const { ms, tries } = await untilRefused(url, token, acknowledged);
      const again = await statusOf(url, token);
      return { ms, isAsked: at === asked, tries, came: again !== 401 };
    }),
  );
}

async function untilRefused(url, token, from) {
  for (let tries = 1; ; tries += 1) {
    const status = await statusOf(url, token);
    const ms = performance.now() - from;
    if (status === 401) return { ms, tries };
    if (ms > PROMISES.poll + PATIENCE_MS) return { ms: Number.POSITIVE_INFINITY, tries };
    await pause(2);
  }
}

function summary({ times, refused }, promised) {
  const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
  const max = Math.round(sorted.at(-1));
  const broken = [];
  if (max > promised) broken.push(`a token was refused only after ${max} ms`);
  if (times.some(({ isAsked, tries }) => isAsked && tries > 1))
    broken.push('the node that acknowledged a revocation let the token pass once more');
  if (times.some(({ came }) => came)) broken.push('a token passed again after it was refused');
  if (refused > 0) broken.push(`a token that nobody revoked was refused ${refused} times`);
  return { p50: at(0.5), p99: at(0.99), max, broken };
}
