import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { adminPage, type OpenApi, operationsOf } from './adminpage.ts';
import {
  askAdmin,
  type FakeApi,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** The description of the admin API is true: its form, its page, and every call that it shows. */

const pem = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
);
let api: FakeApi;
let site: string;
let server: ServerProcess;
let described: OpenApi;

beforeAll(async () => {
  api = await startFakeApi();
  const options = [
    `leaks: { github: { keys: { k1: ${JSON.stringify(pem)} } } }`,
    'oauth: { issuer: "http://127.0.0.1:4000" }',
    'scopes: { read: { description: read everything } }',
  ];
  site = await makeSite(api, options.join('\n'));
  server = await startProcess(site);
  described = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as OpenApi;
});

afterAll(async () => {
  await server.stop('SIGTERM');
  await api.close();
});

const sh = (script: string, env: Record<string, string>): Promise<{ code: number; stdout: string }> =>
  new Promise((resolve) => {
    execFile('sh', ['-c', script], { env: { ...process.env, ...env } }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout });
    });
  });

/** References within a document, wherever they stand. */
const references = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === '$ref' ? [String(part)] : references(part)));
};

describe('GET /api/openapi.json', () => {
  test('is OpenAPI 3.1 in which every operation, parameter and reference is whole', () => {
    expect(described.openapi).toMatch(/^3\.1\.\d+$/);
    const listed = operationsOf(described);
    expect(listed.length).toBeGreaterThan(12);
    expect(new Set(listed.map(({ operation }) => operation.operationId)).size).toBe(listed.length);
    for (const { path, operation } of listed) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = operation.parameters.filter((one) => one.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required)).toBe(true);
      const schemes = operation.security.flatMap((one) => Object.keys(one));
      for (const scheme of schemes) expect(described.components['securitySchemes']).toHaveProperty(scheme);
      expect(Object.keys(operation.responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(true);
      expect(Object.values(operation.responses).every(({ description }) => description !== '')).toBe(true);
    }
    for (const reference of references(described)) {
      const [, , kind = '', name = ''] = reference.split('/');
      expect(described.components[kind], reference).toHaveProperty(name);
    }
  });

  test('names every route of the admin API that the documentation has', async () => {
    const page = await readFile(new URL('../../docs/reference/server.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `(\w+) (\/api\/(?!openapi)[^`]*)`/gm)].map(
      ([, method, path = '']) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    const listed = operationsOf(described).map(({ method, path }) => `${method} ${path}`);
    expect(listed.filter((one) => !documented.includes(one))).toEqual([]);
  });

  test('holds no secret, and is given to nobody who came by another name', async () => {
    const credential = (await readFile(join(site, '.ambit', 'admin.token'), 'utf8')).trim();
    expect(JSON.stringify(described)).not.toContain(credential);
    const answer = await sh(`curl -s -H 'Host: evil.example' '${server.url}/api/openapi.json'`, {});
    expect(JSON.parse(answer.stdout)).toMatchObject({ error: { code: 'HOST_REFUSED' } });
  });
});

test('docs/reference/admin-api.md is made out of it', async () => {
  const page = fileURLToPath(new URL('../../docs/reference/admin-api.md', import.meta.url));
  await expect(adminPage(described)).toMatchFileSnapshot(page);
});

test('every call that is shown works, and is answered as it is described', async () => {
  const made = async (): Promise<{ id: string; token: string }> => {
    const answer = await askAdmin(site, server.url, 'POST', '/api/tokens', {
      name: 'n',
      scopes: ['read'],
      expires: '30d',
    });
    return (await answer.json()) as { id: string; token: string };
  };
  const admin = (await readFile(join(site, '.ambit', 'admin.token'), 'utf8')).trim();
  let calls = 0;
  for (const { method, path, operation } of operationsOf(described)) {
    const [sample] = operation['x-codeSamples'] ?? [];
    if (sample === undefined) continue;
    calls += 1;
    const { id, token } = await made();
    const PERSON = `person-${calls}`;
    await askAdmin(site, server.url, 'POST', '/api/people', { name: PERSON });
    const client = { name: 'n', grants: ['client_credentials'], ceiling: { scopes: ['read'] } };
    const { id: CLIENT_ID } = (await (
      await askAdmin(site, server.url, 'POST', '/api/clients', client)
    ).json()) as { id: string };
    const tokens = { TOKEN_ID: id, TOKEN: token, FOUND_TOKEN: token };
    const env = { AMBIT_URL: server.url, ADMIN: admin, ...tokens, PERSON, CLIENT_ID };
    const { stdout } = await sh(sample.source.replace(/^curl /, "curl -sS -w '\\n%{http_code}' "), env);
    const status = stdout.slice(stdout.lastIndexOf('\n') + 1);
    const [expected = ''] = Object.keys(operation.responses).filter((one) => one.startsWith('2'));
    expect(status, `${method} ${path}: ${stdout}`).toBe(expected);
    const body = JSON.parse(stdout.slice(0, stdout.lastIndexOf('\n')));
    const { properties = {} } = operation.responses[expected]?.content['application/json'].schema ?? {};
    expect(Object.keys(body).sort()).toEqual(Object.keys(properties).sort());
  }
  expect(calls).toBe(operationsOf(described).length - 1);
});
