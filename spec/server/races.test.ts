import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  createLog,
  loadConfig,
  type RunningAmbitServer,
  startServer,
} from '../../packages/server/dist/index.js';
import { openMemoryStore } from '../../packages/server/dist/store/memory.js';
import { openPostgresStore } from '../../packages/server/dist/store/postgres/open.js';
import type { Store } from '../../packages/server/dist/store/store.js';
import { freshDatabase, postgresUrl } from '../postgres/database.ts';
import { configOf } from '../postgres/stores.ts';
import { type FakeApi, startFakeApi } from './harness.ts';
import { Browser, boxesOf } from './oauth/browser.ts';
import { asking, type Credentials, freePort, signIn } from './oauth/site.ts';

/** Fifty at once, on the embedded store and on two servers with one PostgreSQL. */

const FIFTY = Array.from({ length: 50 }, (_, index) => index);
const ADMIN = `amba_${'0'.repeat(43)}`;
const BACK = 'https://app.test/back';
const VERIFIER = 'v'.repeat(64);
const SCHEMA = `directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
type Query { hello: String @requiresScopes(scopes: [["read"]]) }`;

interface Site {
  readonly store: Store;
  /** Where each server answers. */
  readonly nodes: readonly string[];
  close(): Promise<void>;
}

async function startNode(
  folder: string,
  port: number,
  env: Record<string, string>,
  store?: Store,
): Promise<RunningAmbitServer> {
  const config = await loadConfig({
    file: join(folder, 'ambit.yml'),
    env: { ...env, AMBIT_PORT: String(port), AMBIT_ADMIN_TOKEN: ADMIN },
    folder,
  });
  return startServer(config, {
    log: createLog('silent'),
    ...(store === undefined ? {} : { openStore: async () => store }),
  });
}

async function makeFolder(api: FakeApi, issuer: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-races-'));
  await writeFile(join(folder, 'schema.graphql'), SCHEMA);
  const lines = [
    'schema: ./schema.graphql',
    `upstream: { url: "${api.url}" }`,
    `oauth: { issuer: "${issuer}" }`,
    'scopes: { read: { description: "reads" } }',
  ];
  await writeFile(join(folder, 'ambit.yml'), lines.join('\n'));
  return folder;
}

async function onMemory(api: FakeApi): Promise<Site> {
  const port = await freePort();
  const folder = await makeFolder(api, `http://127.0.0.1:${port}`);
  const store = await openMemoryStore();
  const node = await startNode(folder, port, {}, store);
  return {
    store,
    nodes: [node.url],
    async close() {
      await node.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onPostgres(api: FakeApi, url: string): Promise<Site> {
  const database = await freshDatabase(url);
  const ports = [await freePort(), await freePort()];
  const folder = await makeFolder(api, `http://127.0.0.1:${ports[0]}`);
  const env = {
    AMBIT_DATABASE_URL: database.url,
    AMBIT_ROOT_KEY: `1:${Buffer.alloc(32, 3).toString('base64url')}`,
  };
  const nodes: RunningAmbitServer[] = [];
  // One after the other: they share the folder, in which the first makes the keys.
  for (const port of ports) nodes.push(await startNode(folder, port, env));
  const store = await openPostgresStore(configOf(database.url));
  return {
    store,
    nodes: nodes.map((node) => node.url),
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await store.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const server = await postgresUrl();
const sites: readonly (readonly [name: string, start: (api: FakeApi) => Promise<Site>])[] = [
  ['the embedded store', onMemory],
  ...(server === undefined
    ? []
    : [['two servers on PostgreSQL', (api: FakeApi) => onPostgres(api, server)] as const]),
];

/** How often each outcome came. */
function tally(outcomes: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
  return counts;
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly access_token?: string;
    readonly refresh_token?: string;
    readonly error?: unknown;
  };
}

describe.each(sites)('fifty at once on %s', (_name, start) => {
  let api: FakeApi;
  let site: Site;
  let client: Credentials;
  beforeAll(async () => {
    api = await startFakeApi();
    site = await start(api);
    client = await first().client({
      name: 'App',
      grants: ['authorization_code', 'refresh_token'],
      redirectUris: [BACK],
      ceiling: { scopes: ['read'] },
    });
  }, 120_000);
  afterAll(async () => {
    await site.close();
    await api.close();
  });

  const at = (index: number) => asking(site.nodes[index % site.nodes.length] ?? '', ADMIN);
  const first = () => at(0);
  const statusAt = async (index: number, token: string | undefined) =>
    (await at(index).ask(token, '{ hello }')).status;
  const everywhere = (token: string | undefined) =>
    Promise.all(site.nodes.map((_, index) => statusAt(index, token)));
  const refused = () => site.nodes.map(() => 401);

  async function tokenAt(index: number, params: Record<string, string>): Promise<Answer> {
    const answer = await at(index).token(client, params);
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  async function codeOf(person: string): Promise<Record<string, string>> {
    const browser = await Browser.of({ signIn: (name) => signIn(site.store, name) }, person);
    const url = new URL(`${site.nodes[0]}/oauth/authorize`);
    url.search = String(
      new URLSearchParams({
        ...{ response_type: 'code', client_id: client.id, redirect_uri: BACK, scope: 'read' },
        code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
        code_challenge_method: 'S256',
      }),
    );
    const page = await browser.follow(url.href);
    const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
    for (const value of boxesOf(await page.answer.text())) form.append('grant', value);
    const to = (await browser.go(page.url, form)).headers.get('location') ?? '';
    const back = new URL((await browser.follow(new URL(to, page.url).href)).url);
    const code = back.searchParams.get('code') ?? '';
    return { grant_type: 'authorization_code', code, redirect_uri: BACK, code_verifier: VERIFIER };
  }

  // Whoever comes second is as much a thief, or a victim, as whoever comes first: all that came of it ends
  // (RFC 9700, sections 4.13 and 4.14.2).
  async function expectOneAndItsEnd(answers: readonly Answer[]): Promise<void> {
    const given = answers.filter(({ status }) => status === 200);
    const others = answers.filter(({ status }) => status !== 200);
    expect(given.length).toBeLessThanOrEqual(1);
    expect(tally(others.map(({ status, body }) => `${status} ${body.error}`))).toEqual({
      '400 invalid_grant': answers.length - given.length,
    });
    for (const { body } of given) {
      await expect.poll(() => everywhere(body.access_token), { timeout: 10_000 }).toEqual(refused());
      const params = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
      expect(await tokenAt(1, params)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
    const reused = (await site.store.audit.list({ limit: 200 })).filter(
      ({ action }) => action === 'oauth.reused',
    );
    expect(reused.length).toBeGreaterThan(0);
  }

  test('redeem one code: one gets tokens at most, and they end', async () => {
    const params = await codeOf('alice');
    await expectOneAndItsEnd(await Promise.all(FIFTY.map((index) => tokenAt(index, params))));
  }, 60_000);

  test('use one refresh token: one gets tokens at most, and all that came of the consent ends', async () => {
    const { status, body } = await tokenAt(0, await codeOf('bob'));
    expect([status, await statusAt(0, body.access_token)]).toEqual([200, 200]);
    const params = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    await expectOneAndItsEnd(await Promise.all(FIFTY.map((index) => tokenAt(index, params))));
    await expect.poll(() => everywhere(body.access_token), { timeout: 10_000 }).toEqual(refused());
  }, 60_000);

  async function personal(path: string, body: object, index = 0) {
    const answer = await at(index).admin('POST', path, body);
    const said = (await answer.json()) as { id: string; token: string; error?: { code: string } };
    return { status: answer.status, ...said };
  }

  test('rotate one personal token: one wins, and there is one new token', async () => {
    const old = await personal('/api/tokens', { name: 'rotated', subject: 'ann', scopes: ['read'] });
    const answers = await Promise.all(
      FIFTY.map((index) => personal(`/api/tokens/${old.id}/rotate`, {}, index)),
    );
    expect(tally(answers.map(({ status, error }) => error?.code ?? status))).toEqual({
      201: 1,
      TOKEN_ROTATED: 49,
    });
    const listed = await (await first().admin('GET', '/api/tokens?subject=ann')).json();
    expect((listed as { tokens: unknown[] }).tokens).toHaveLength(2);
  }, 60_000);

  test('use a rotated token first: all are let through, and the old one ends everywhere', async () => {
    const old = await personal('/api/tokens', { name: 'used', subject: 'ben', scopes: ['read'] });
    const next = await personal(`/api/tokens/${old.id}/rotate`, {});
    expect(await everywhere(old.token)).toEqual(site.nodes.map(() => 200));
    const found = await Promise.all(FIFTY.map((index) => statusAt(index, next.token)));
    expect(tally(found)).toEqual({ 200: 50 });
    await expect.poll(() => everywhere(old.token), { timeout: 10_000 }).toEqual(refused());
    expect(await everywhere(next.token)).toEqual(site.nodes.map(() => 200));
  }, 60_000);
});
