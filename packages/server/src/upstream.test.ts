import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { createUpstream, UnusableAnswer, type UpstreamClient } from './upstream.ts';

const open: { server?: Server; client?: UpstreamClient }[] = [];

afterEach(async () => {
  for (const { server, client } of open.splice(0)) {
    await client?.close();
    server?.closeAllConnections();
    server?.close();
  }
});

async function upstreamAt(
  listener: RequestListener,
  timeoutMs = 2_000,
  path = '/graphql?v=1',
  answerBytes = 8_388_608,
): Promise<UpstreamClient> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createUpstream({
    url: `http://127.0.0.1:${port}${path}`,
    headers: { authorization: 'Bearer service' },
    subjectHeader: 'x-subject',
    timeoutMs,
    answerBytes,
  });
  open.push({ server, client });
  return client;
}

const call = (subject?: string, signal: AbortSignal = new AbortController().signal) => ({
  query: 'query Q($a: Int) { a(a: $a) }',
  operationName: 'Q',
  variables: { a: 1 },
  grants: subject === undefined ? {} : { subject },
  signal,
});

test('a call carries the operation, the configured headers and the subject, and nothing else of the client', async () => {
  const seen: { url?: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  const client = await upstreamAt(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ url: request.url, headers: request.headers, body });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}');
  });
  expect(await client.call(call('ann'))).toEqual({ status: 200, body: { data: { a: 1 } } });
  expect(seen[0]).toMatchObject({
    url: '/graphql?v=1',
    headers: { authorization: 'Bearer service', 'x-subject': 'ann', 'content-type': 'application/json' },
  });
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    query: call().query,
    operationName: 'Q',
    variables: { a: 1 },
  });
  await client.call(call());
  expect(seen[1]?.headers).not.toHaveProperty('x-subject');
});

test('a subject that is no header value is not sent', async () => {
  let asked = 0;
  const client = await upstreamAt((_request, response) => {
    asked += 1;
    response.end('{}');
  });
  await expect(client.call(call('ann\r\nx-admin: 1'))).rejects.toThrow();
  expect(asked).toBe(0);
});

test('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = [];
  const client = await upstreamAt((request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end('{"moved":true}');
  });
  expect(await client.call(call())).toEqual({ status: 302, body: { moved: true } });
  expect(paths).toEqual(['/graphql?v=1']);
});

test('an answer that is not JSON is an error that does not repeat it', async () => {
  const client = await upstreamAt((_request, response) => response.writeHead(500).end('<html>secret</html>'));
  await expect(client.call(call())).rejects.toThrow(
    'The API answered with status 500 and a body that is not JSON.',
  );
});

test('an API that never answers, or never ends its answer, is given up in time', async () => {
  const silent = await upstreamAt(() => undefined, 200);
  await expect(silent.call(call())).rejects.toThrow();
  const dripping = await upstreamAt((_request, response) => {
    response.write('{');
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  }, 200);
  await expect(dripping.call(call())).rejects.toThrow();
});

test('a call that its client gave up is given up', async () => {
  const client = await upstreamAt(() => undefined, 5_000);
  await expect(client.call(call(undefined, AbortSignal.timeout(50)))).rejects.toThrow();
});

test('an answer without end is cut off', async () => {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  const client = await upstreamAt((_request, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  }, 20_000);
  await expect(client.call(call())).rejects.toThrow(/larger than 8388608 bytes/);
});

test('an answer may have as many bytes as the limit says and not one more', async () => {
  const answer = '{"data":{"a":"\u00e9"}}';
  const bytes = Buffer.byteLength(answer);
  const listener: RequestListener = (_request, response) => response.end(answer);
  const enough = await upstreamAt(listener, 2_000, '/', bytes);
  expect(await enough.call(call())).toMatchObject({ body: { data: { a: '\u00e9' } } });
  const short = await upstreamAt(listener, 2_000, '/', bytes - 1);
  await expect(short.call(call())).rejects.toThrow(
    new UnusableAnswer(
      `The API's answer with status 200 is larger than ${bytes - 1} bytes, which limits.answerBytes allows.`,
    ),
  );
});
