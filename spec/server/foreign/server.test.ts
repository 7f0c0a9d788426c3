import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { readDocument } from '../../docs/documents.ts';
import {
  command,
  type FakeApi,
  SERVICE_CREDENTIAL,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from '../harness.ts';
import { type Claims, json, makeToken, startIssuer, type TestIssuer } from './issuer.ts';

/** The guide about other issuers' tokens, done: its schema and its configuration in the running program. */

const page = readDocument('docs/how-to/accept-other-tokens.md');
const AUDIENCE = 'https://users.example.com';
const ROLES = 'https://users.example.com/roles';
const LIST = '{ users { name } }';
const CHANGE = 'mutation { updateUser(id: "1", name: "Bob") { name } }';

interface Configuration {
  upstream: Record<string, unknown>;
  issuers: Record<string, unknown>[];
  introspection?: Record<string, unknown>;
}

let api: FakeApi;
let issuer: TestIssuer;
let server: ServerProcess;

/** The guide's configuration, for an API and an issuer on loopback. */
function configuration(): Configuration {
  const [roles, , , opaque] = page.blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => text);
  const config = parse(roles ?? '') as Configuration;
  const { introspection } = parse(opaque ?? '') as Required<Configuration>;
  Object.assign(config.upstream, { url: api.url, headers: { authorization: `Bearer \${SERVICE}` } });
  Object.assign(config.issuers[0]!, { issuer: issuer.url, allowPrivateNetwork: true });
  Object.assign(introspection, {
    url: `${issuer.url}/introspect`,
    clientSecret: 'secret',
    issuer: issuer.url,
    allowPrivateNetwork: true,
  });
  return { ...config, introspection };
}

async function site(config: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-foreign-'));
  api.sites.push(folder);
  const schema = page.blocks.find(({ language }) => language === 'graphql')?.text ?? '';
  await writeFile(join(folder, 'schema.graphql'), schema);
  await writeFile(join(folder, 'ambit.yml'), stringify(config));
  return folder;
}

beforeAll(async () => {
  api = await startFakeApi();
  issuer = await startIssuer();
  const metadata = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` };
  issuer.answers.set('/.well-known/openid-configuration', json(metadata));
  server = await startProcess(await site(configuration()));
});
afterAll(async () => {
  await server?.stop('SIGKILL');
  await issuer.close();
  await api.close();
});

const tokenOf = (roles: unknown, claims: Claims = {}, header: Claims = {}): Promise<string> =>
  makeToken({ header, claims: { aud: AUDIENCE, [ROLES]: roles, ...claims } }, issuer);

async function ask(
  token: string,
  query: string,
  url = server.url,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('the guide', () => {
  it('lets Alice, who audits, list users, and tells the API who she is', async () => {
    api.answer = '{"data":{"users":[{"name":"Ann"}]}}';
    const answer = await ask(await tokenOf(['Audit']), LIST);
    expect(answer).toEqual({ status: 200, body: { data: { users: [{ name: 'Ann' }] } } });
    expect(api.seen.at(-1)?.headers).toMatchObject({
      'x-subject': 'alice',
      authorization: `Bearer ${SERVICE_CREDENTIAL}`,
    });
  });

  it('refuses Alice a change before it reaches the API, and names the scope', async () => {
    const calls = api.seen.length;
    const { status, body } = await ask(await tokenOf(['Audit']), CHANGE);
    expect(status).toBe(403);
    expect(body).toMatchObject({ errors: [{ extensions: { missing: ['update:user'] } }] });
    expect(api.seen.length).toBe(calls);
  });

  it('lets Bob, who controls access, do both', async () => {
    const token = await tokenOf(['Other', 'Access Control'], { sub: 'bob' });
    api.answer = '{"data":{"updateUser":{"name":"Bob"}}}';
    expect(await ask(token, CHANGE)).toMatchObject({
      status: 200,
      body: { data: { updateUser: { name: 'Bob' } } },
    });
    api.answer = '{"data":{"users":[]}}';
    expect((await ask(token, LIST)).status).toBe(200);
  });

  it.each([
    ['no role', []],
    ['a role of another API', ['audit']],
    ['a role that is none', ['constructor']],
  ])('refuses somebody with %s', async (_, roles) => {
    expect((await ask(await tokenOf(roles), LIST)).status).toBe(403);
  });

  it('has coarse scopes in a token open nothing', async () => {
    const scope = 'api read_api api:graphql:query:users';
    expect((await ask(await tokenOf([], { scope }), LIST)).status).toBe(403);
  });

  it('refuses the token of somebody who is disabled here, until they are let in again', async () => {
    const folder = api.sites[0] ?? '';
    const token = await tokenOf(['Audit'], { sub: 'carol' });
    api.answer = '{"data":{"users":[]}}';
    expect((await ask(token, LIST)).status).toBe(200);
    await command(folder, ['person', 'create', '--name', 'carol']);
    expect((await ask(token, LIST)).status).toBe(200);
    await command(folder, ['person', 'disable', 'carol']);
    expect((await ask(token, LIST)).status).toBe(401);
    expect((await ask(await tokenOf(['Audit']), LIST)).status).toBe(200);
    await command(folder, ['person', 'disable', 'carol', '--enable']);
    expect((await ask(token, LIST)).status).toBe(200);
  });

  it('takes opaque tokens for which the issuer answers', async () => {
    const answer = { active: true, iss: issuer.url, aud: AUDIENCE, token_type: 'Bearer', roles: ['Audit'] };
    issuer.answers.set('/introspect', json(answer));
    api.answer = '{"data":{"users":[]}}';
    expect((await ask('opaque-token', LIST)).status).toBe(200);
    expect((await ask('opaque-token', CHANGE)).status).toBe(403);
  });
});

describe('the server', () => {
  it.each(['ambp_', 'ambn_', 'ambo_', 'ambr_', 'amba_'])(
    'shows nobody a token that begins with %s',
    async (prefix) => {
      const [asked, posted] = [issuer.asked.length, issuer.posted.length];
      const jwt = await tokenOf(['Audit']);
      for (const token of [`${prefix}x`, `${prefix}${jwt}`])
        expect((await ask(token, LIST)).status).toBe(401);
      expect([issuer.asked.length, issuer.posted.length]).toEqual([asked, posted]);
    },
  );

  it('answers all that is not good alike, and its log says what was wrong', async () => {
    issuer.answers.set('/introspect', json({ active: false }));
    const bad = [
      await tokenOf(['Audit'], {}, { typ: 'JWT' }),
      await tokenOf(['Audit'], { aud: 'https://mail.example' }),
      await tokenOf(1),
      'opaque-other',
    ];
    const answers = [];
    for (const token of bad) answers.push(JSON.stringify(await ask(token, LIST)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"status":401');
    const log = server.log();
    for (const check of ['"type"', '"audience"', '"claim: `', '"active"'])
      expect(log).toContain(`"check":${check}`);
    for (const token of bad) expect(log).not.toContain(token.split('.')[1] ?? token);
  });

  it('says of a token that is too long that it is', async () => {
    const token = await tokenOf(['Audit'], { padding: 'x'.repeat(9_000) });
    const { status, body } = await ask(token, LIST);
    expect(status).toBe(401);
    expect(JSON.stringify(body)).toContain('longer than 8192 characters');
  });

  it('has Node answer 431 where the headers are longer than it takes', async () => {
    expect(await ask('x'.repeat(17_000), LIST)).toEqual({ status: 431, body: undefined });
  });

  it('does not start with a role that stands for what no rule asks', async () => {
    const config = configuration();
    Object.assign(config.issuers[0]!, { roles: { Audit: { scopes: ['read:users'] } } });
    const folder = await site(config);
    const { code, stderr } = await command(folder, ['--port', '0']);
    expect(existsSync(join(folder, '.ambit'))).toBe(false);
    expect(code).toBe(2);
    expect(stderr).toContain('`issuers.0.roles.Audit`: no rule asks for the scope `read:users`.');
    expect(stderr).toContain('read:user');
  });
});
