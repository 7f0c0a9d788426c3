import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGateway } from '../../packages/ambit/dist/gateway/index.js';
import { createAmbit } from '../../packages/ambit/dist/index.js';
import { root } from '../../scripts/lib/root.mjs';
import { ambitText, grantsFor } from '../ops/rows/ambit.mjs';
import { tokens } from './workloads.mjs';

// What the server stands on is the server's, and is taken from where the server finds it.
const require = createRequire(join(root, 'packages', 'server', 'package.json'));
const { Hono } = await import(pathToFileURL(require.resolve('hono')));
const { getRequestListener } = await import(pathToFileURL(require.resolve('@hono/node-server')));
const { Pool } = require('undici');

const TIMEOUT_MS = 30_000;

/** Each front: `start(upstream)` answers its URL, the bearer of each token, and how to stop it. */
export const fronts = { proxy, bytes, shut, ambit, server };

/** The way of a request through the gateway without its decisions: the same parts, and the same JSON read and written. */
async function proxy(upstream) {
  const ask = createUpstream(upstream);
  return listen(async (request) => {
    if (!isKnown(request)) return new Response(null, { status: 401 });
    const { query, variables, operationName } = JSON.parse(await request.text());
    if (typeof query !== 'string') return new Response(null, { status: 400 });
    const { status, text } = await ask({ query, variables, operationName });
    return json(status, JSON.parse(text));
  });
}

/** The least that a proxy can do: it looks into nothing. */
async function bytes(upstream) {
  const ask = createUpstream(upstream);
  return listen(async (request) => {
    if (!isKnown(request)) return new Response(null, { status: 401 });
    const { status, text } = await ask(await request.text());
    return new Response(text, { status, headers: { 'content-type': 'application/json; charset=utf-8' } });
  });
}

/** Refuses whatever comes, unread: what a refusal costs at the very least. */
async function shut() {
  const body = { errors: [{ message: 'not permitted' }] };
  return listen(async () => json(403, body));
}

/** Ambit's gateway on the same parts, with grants that are at hand. */
async function ambit(upstream) {
  const ask = createUpstream(upstream);
  const grants = new Map(Object.entries(tokens).map(([name, token]) => [name, grantsFor(token)]));
  const gateway = createGateway({
    ambit: createAmbit({ schema: ambitText, boundaries: { shop: {} } }),
    authenticate: async (request) => ({ grants: grants.get(bearerOf(request)) ?? {} }),
    upstream: async ({ query, variables, operationName }) => {
      const { status, text } = await ask({ query, variables, operationName });
      return { status, body: JSON.parse(text) };
    },
  });
  return listen(gateway);
}

/** The whole program, with tokens out of its store. */
async function server(upstream) {
  const { loadConfig, startServer } = await import('../../packages/server/dist/index.js');
  const folder = await mkdtemp(join(tmpdir(), 'ambit-bench-'));
  await writeFile(join(folder, 'schema.graphql'), ambitText);
  await writeFile(join(folder, 'rules.yml'), 'version: 1\nboundaries: { shop: {} }\nrules: {}\n');
  await writeFile(
    join(folder, 'ambit.yml'),
    `schema: schema.graphql\nrules: rules.yml\nupstream: { url: "${upstream}" }\n`,
  );
  process.env.AMBIT_LOG = 'error';
  const config = await loadConfig({ file: join(folder, 'ambit.yml'), port: '0', env: {}, folder });
  const running = await startServer(config);
  const bearers = {};
  for (const [name, token] of Object.entries(tokens)) {
    const created = await running.authority.createToken({ name, ...grantsFor(token) }, 'bench');
    bearers[name] = created.token;
  }
  const stop = async () => {
    await running.close();
    await rm(folder, { recursive: true });
  };
  return { url: `${running.url}/graphql`, bearers, stop };
}

async function listen(handle) {
  const app = new Hono();
  app.post('/graphql', (context) => handle(context.req.raw));
  const server = createServer(getRequestListener(app.fetch));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bearers = Object.fromEntries(Object.keys(tokens).map((name) => [name, name]));
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, bearers, stop: async () => undefined };
}

function createUpstream(url) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin);
  return async (body) => {
    const response = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.statusCode, text: await response.body.text() };
  };
}

const bearerOf = (request) => request.headers.get('authorization')?.slice('Bearer '.length);
const isKnown = (request) => Object.hasOwn(tokens, bearerOf(request) ?? '');

function json(status, body) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}
