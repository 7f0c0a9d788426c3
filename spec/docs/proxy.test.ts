import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  command,
  type FakeApi,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from '../server/harness.ts';
import { readDocument, tableRows } from './documents.ts';

/** The guide to proxies, with a proxy that does what its configuration of nginx says. */

const document = readDocument('docs/how-to/run-behind-a-proxy.md');
const nginx = document.blocks.find(({ language }) => language === 'nginx')?.text ?? '';
const options = document.blocks.find(({ language }) => language === 'yaml')?.text ?? '';
const NAME = 'ambit.example.com';
const BY_PROXY = 'the proxy itself';

const locations = [...nginx.matchAll(/^ *location (= )?(\S+) +\{ (proxy_pass|return)/gm)].map(
  ([, exact, path = '', what]) => ({ isExact: exact !== undefined, path, isPassed: what === 'proxy_pass' }),
);
const headers = [...nginx.matchAll(/^ *proxy_set_header (\S+) (\S+);$/gm)].map(
  ([, name = '', value = '']) => [name.toLowerCase(), value] as const,
);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}
type Ask = (
  path: string,
  more?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Answer>;

let api: FakeApi;
let server: ServerProcess;
let proxy: Server;
let token: string;
let admin: string;
/** Where the proxy sees requests come from, and what it writes as `Host` where that is not what the page says. */
let client = '192.0.2.7';
let rewritten: string | undefined;

beforeAll(async () => {
  api = await startFakeApi();
  const oauth = `oauth: { issuer: "https://${NAME}" }\n`;
  const site = await makeSite(api, options + oauth);
  server = await startProcess(site);
  const made = await command(site, ['token', 'create', '--name', 'n', '--scope', 'read', '--json']);
  ({ token } = JSON.parse(made.stdout) as { token: string });
  admin = (await readFile(join(site, '.ambit', 'admin.token'), 'utf8')).trim();
  proxy = createServer(async (incoming, outgoing) => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    if (!isPassed(asMatched(path))) {
      outgoing.writeHead(404).end(BY_PROXY);
      return;
    }
    const answer = await send(server.url, incoming.url ?? '', {
      method: incoming.method ?? 'GET',
      headers: { ...(incoming.headers as Record<string, string>), ...written(incoming.headers) },
      body: await bodyOf(incoming),
    });
    outgoing.writeHead(answer.status, answer.headers).end(answer.text);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
}, 90_000);

afterAll(async () => {
  proxy?.close();
  await server?.stop('SIGKILL');
  await api.close();
});

/** nginx looks at a path with its escapes and dots resolved, and passes on what came. */
function asMatched(path: string): string {
  const parts: string[] = [];
  for (const part of decodeURIComponent(path).split('/').slice(1)) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** As nginx chooses: a whole path first, then the longest beginning. */
function isPassed(path: string): boolean {
  const whole = locations.find((one) => one.isExact && one.path === path);
  const [longest] = locations
    .filter((one) => !one.isExact && path.startsWith(one.path))
    .sort((a, b) => b.path.length - a.path.length);
  return (whole ?? longest)?.isPassed ?? false;
}

function written(from: IncomingHttpHeaders): Record<string, string> {
  const before = from['x-forwarded-for'];
  const values: Readonly<Record<string, string>> = {
    $proxy_add_x_forwarded_for: before === undefined ? client : `${String(before)}, ${client}`,
    '""': 'close',
  };
  return Object.fromEntries(
    headers.map(([name, value]) => [name, (name === 'host' ? rewritten : values[value]) ?? value]),
  );
}

async function bodyOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

const send = (
  url: string,
  path: string,
  { method = 'GET', headers: sent = {}, body = '' }: Parameters<Ask>[1] & object,
) =>
  new Promise<Answer>((resolve, reject) => {
    const { port } = new URL(url);
    const all = { ...sent, 'content-length': String(Buffer.byteLength(body)) };
    const call = request({ host: '127.0.0.1', port, path, method, headers: all }, async (answer) => {
      const { 'transfer-encoding': _, connection: _c, ...kept } = answer.headers;
      resolve({ status: answer.statusCode ?? 0, headers: kept, text: await bodyOf(answer) });
    });
    call.on('error', reject).end(body);
  });

/** A request to the proxy for the public name. */
const ask: Ask = (path, more = {}) =>
  send(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, path, {
    ...more,
    headers: { host: NAME, ...more.headers },
  });

const hello = (presented: string, more: Record<string, string> = {}): Promise<Answer> =>
  ask('/graphql', {
    method: 'POST',
    headers: { authorization: `Bearer ${presented}`, 'content-type': 'application/json', ...more },
    body: '{"query":"{ hello }"}',
  });

describe('paths', () => {
  const rows = tableRows(document.text);
  const pathsOf = (row: readonly string[]): string[] =>
    [...(row[0] ?? '').matchAll(/`(\/[^`]*)`/g)].map(([, path = '']) => path);
  const from = rows.findIndex(([first]) => first === '`/graphql`');
  const outside = rows.slice(from, from + 6).flatMap(pathsOf);

  it('are all that the server has, those for outside passed on and the others not', async () => {
    expect(locations.length).toBeGreaterThan(8);
    expect(outside.length).toBeGreaterThan(8);
    const { suggestion } = (
      JSON.parse((await send(server.url, '/nothing', {})).text) as { error: { suggestion: string } }
    ).error;
    const all = suggestion.replace(/^There are |\.$/g, '').split(', ');
    expect(all).toEqual(expect.arrayContaining(['/graphql', '/readyz', '/oauth/token', '/account/grants']));
    const isOutside = (path: string): boolean =>
      outside.some((one) => path === one || path.startsWith(`${one}/`));
    for (const path of [...all, '/oauth/authorize/x', '/oauth/end/confirm', '/nothing', '/api'])
      expect([path, isPassed(path)]).toEqual([path, isOutside(path)]);
    expect((await ask('/api/tokens', { headers: { authorization: `Bearer ${admin}` } })).text).toBe(BY_PROXY);
    expect((await ask('/readyz')).text).toBe(BY_PROXY);
  });

  it('of the admin API answer to no public name, even with the credential', async () => {
    const tokens = (host: string): Promise<Answer> =>
      send(server.url, '/api/tokens', { headers: { host, authorization: `Bearer ${admin}` } });
    const refused = await tokens(NAME);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('HOST_REFUSED')]);
    expect((await tokens('127.0.0.1')).status).toBe(200);
  });

  it('that a proxy reads otherwise than the server lead nowhere, whatever name the client writes', async () => {
    for (const path of ['/oauth/a%2fb%2fc/../../api/tokens', '/oauth/a%2Fb/%2e%2e/../readyz']) {
      expect(isPassed(asMatched(path)), path).toBe(true);
      const answer = await ask(path, { headers: { host: '127.0.0.1', authorization: `Bearer ${admin}` } });
      expect([answer.status, answer.text], path).toEqual([400, expect.stringContaining('INPUT_INVALID')]);
    }
  });

  it('of a token are for whoever holds it', async () => {
    const self = await ask('/api/token/self', { headers: { authorization: `Bearer ${token}` } });
    expect(self.status).toBe(200);
  });
});

describe('the public address', () => {
  it('is the one that is configured, whatever a proxy says of name and scheme', async () => {
    for (const more of [{}, { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' }]) {
      const answer = await ask('/.well-known/oauth-authorization-server', { headers: more });
      expect(JSON.parse(answer.text)).toMatchObject({
        issuer: `https://${NAME}`,
        token_endpoint: `https://${NAME}/oauth/token`,
      });
    }
    const refused = await hello('nothing');
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain(`https://${NAME}/.well-known/`);
  });

  it('makes cookies for https alone, and pages take what a browser posts where Host is the public name', async () => {
    const shown = await ask('/sign-in');
    expect(shown.status).toBe(200);
    const [cookie = ''] = shown.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^__Host-.*; Secure$/);
    const csrf = /name="csrf" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
    const post = (): Promise<Answer> =>
      ask('/sign-in', {
        method: 'POST',
        headers: {
          cookie: cookie.split(';')[0] ?? '',
          origin: `https://${NAME}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ csrf, name: 'nobody', password: 'wrong password' }).toString(),
      });
    expect((await post()).status).toBe(401);
    rewritten = '127.0.0.1';
    expect((await post()).status).toBe(403);
    rewritten = undefined;
  });
});

describe('the address of a client', () => {
  it('is what the proxy saw, and not what the client says', async () => {
    const inside = await narrowToken(token, { expires: '10m', address: ['192.0.2.0/24'] });
    client = '192.0.2.7';
    expect((await hello(inside)).status).toBe(200);
    expect((await hello(inside, { 'x-forwarded-for': '198.51.100.1' })).status).toBe(200);
    client = '198.51.100.1';
    expect((await hello(inside)).status).toBe(401);
    expect((await hello(inside, { 'x-forwarded-for': '192.0.2.7' })).status).toBe(401);
    expect((await hello(inside, { forwarded: 'for=192.0.2.7' })).status).toBe(401);
  });
});

describe('readiness', () => {
  it('says nothing of the API behind the gateway, which clients are told of', async () => {
    api.isAway = true;
    expect((await hello(token)).status).toBe(502);
    for (const path of ['/readyz', '/healthz']) expect((await send(server.url, path, {})).status).toBe(200);
    expect(server.log()).toContain('the API did not answer');
    api.isAway = false;
    const answer = await hello(token);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
  });
});

describe('limits', () => {
  it('of the proxy leave room for those of the server', () => {
    const reference = readDocument('docs/reference/server.md').text;
    expect(reference).toMatch(/`limits\.upstreamMs` \| 30000 /);
    expect(nginx).toMatch(/proxy_read_timeout 40s;/);
    expect(reference).toMatch(/`limits\.bodyBytes` \| 1048576 /);
    expect(nginx).toMatch(/client_max_body_size 1m;/);
  });
});
