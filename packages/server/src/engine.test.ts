import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Config } from './config.ts';
import { loadEngine } from './engine.ts';

const server = createServer((request, response) => {
  if (request.url?.startsWith('/gone')) request.socket.destroy();
  else response.end(request.url?.startsWith('/json') ? '{"data":{}}' : '<p>ASECRET</p>');
});
let origin: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each([
  ['/gone', 'UNREADABLE'],
  ['/text', 'UNREADABLE'],
  ['/json', 'BAD_SCHEMA'],
])('a schema that cannot be had from %s is told without what stands behind the path', async (path, code) => {
  const config = { schema: `${origin}${path}?key=QSECRET` } as unknown as Config;
  const error = await loadEngine(config).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code, file: `${origin}${path}`, suggestion: expect.any(String) });
  expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/SECRET|fetch failed|JSON/);
});
