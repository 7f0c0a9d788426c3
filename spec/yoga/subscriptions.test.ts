import type { Grants } from 'ambit';
import { expect, test } from 'vitest';
import { makeServer, type Server } from './server.ts';

/** Streams of events over HTTP: server-sent events, as Yoga sends them. */

const ticks: Grants = { scopes: ['ticks'] };

async function stream(server: Server, headers: Record<string, string> = {}): Promise<string> {
  const response = await server.fetch('http://yoga/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query: 'subscription { ticks }' }),
  });
  return `${response.status} ${await response.text()}`;
}

test('a subscription that is permitted is delivered', async () => {
  const server = makeServer({ grants: ticks });
  const text = await stream(server);
  expect(text).toMatch(/^200 /);
  expect(text.match(/data: \{"data":\{"ticks":\d\}\}/g)).toEqual(
    [1, 2, 3].map((n) => `data: {"data":{"ticks":${n}}}`),
  );
});

test('the hook is asked again before each event, and the stream ends where it knows the credential no more', async () => {
  let left = 2;
  const server = makeServer({ grants: () => (left-- > 0 ? ticks : null) });
  const text = await stream(server);
  expect(text.match(/"ticks":\d/g)).toEqual(['"ticks":1']);
  expect(text).toContain('UNAUTHENTICATED');
  expect(server.asked.length).toBe(3);
});

test('the stream ends where the hook throws', async () => {
  let left = 2;
  const server = makeServer({
    grants: () => {
      if (left-- > 0) return ticks;
      throw new Error('SECRET: the store is away');
    },
  });
  const text = await stream(server);
  expect(text.match(/"ticks":\d/g)).toEqual(['"ticks":1']);
  expect(text).not.toContain('SECRET');
  expect(server.told).toHaveLength(1);
});

test('what the credential has lost meanwhile is not in the next event', async () => {
  let left = 2;
  const server = makeServer({ grants: () => (left-- > 0 ? ticks : {}) });
  const text = await stream(server);
  expect(text.match(/"ticks":\d/g)).toEqual(['"ticks":1']);
});

test('an aborted signal ends the stream', async () => {
  const controller = new AbortController();
  const server = makeServer({
    grants: () => {
      if (server.asked.length === 3) controller.abort();
      return { grants: ticks, signal: controller.signal };
    },
  });
  const text = await stream(server);
  expect(text.match(/"ticks":\d/g)).toEqual(['"ticks":1']);
  expect(text).toContain('UNAUTHENTICATED');
});

test('a subscription that is denied is never started, and says so', async () => {
  const server = makeServer({ grants: {} });
  const text = await stream(server);
  expect(text).toMatch(/^403 /);
  expect(text).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
  expect(server.ran).toEqual([]);
});
