import { setImmediate } from 'node:timers/promises';

import { Hono } from 'hono';
import { beforeEach, describe, expect, test } from 'vitest';

import type { Leak } from '../authority/leak.ts';
import { ServerError } from '../errors.ts';
import { leakRoutes } from './leaks.ts';

/** How calls with leaked credentials wait for each other. */

let begun: string[];
let gates: (() => void)[];
let app: Hono;

const ignore = (): undefined => undefined;

beforeEach(() => {
  begun = [];
  gates = [];
  app = new Hono();
  const revokeLeaked = async (leaks: readonly Leak[]): Promise<readonly boolean[]> => {
    begun.push(...leaks.map(({ token }) => token));
    await new Promise<void>((open) => gates.push(open));
    return leaks.map(() => true);
  };
  const routes = leakRoutes(
    {
      authority: { revokeLeaked },
      isAdmin: () => false,
      addressOf: ({ headers }) => String(headers['x-from']),
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    },
    async () => true,
  );
  for (const { path, handle } of routes) app.post(path, handle);
  app.onError((error, c) => {
    if (!(error instanceof ServerError)) throw error;
    return c.json(error.code, error.status, { ...error.headers });
  });
});

const bodies = {
  '/api/leaks/revoke': (token: string) => ({ tokens: [token] }),
  '/api/leaks/github': (token: string) => [{ token }],
};
const PATHS = Object.keys(bodies) as (keyof typeof bodies)[];

async function send(path: keyof typeof bodies, token: string, from = '192.0.2.1', signal?: AbortSignal) {
  const answer = await app.request(
    path,
    { method: 'POST', body: JSON.stringify(bodies[path](token)), ...(signal && { signal }) },
    { incoming: { headers: { 'x-from': from } } },
  );
  return { status: answer.status, again: answer.headers.get('retry-after') };
}

/** Until all that can go on without a gate has. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
}

async function openAll(): Promise<void> {
  for (let gate = gates.shift(); gate !== undefined; gate = gates.shift()) {
    gate();
    await settled();
  }
}

describe.each(PATHS)('calls of %s', (path) => {
  test('from one address are done one after the other, from another beside them', async () => {
    const calls = ['a', 'b', 'c'].map((token) => send(path, token));
    calls.push(send(path, 'd', '198.51.100.1'));
    await settled();
    expect(begun.toSorted()).toEqual(['a', 'd']);
    await openAll();
    expect(begun.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    for (const { status } of await Promise.all(calls)) expect(status).toBeLessThan(300);
  });

  test('are refused where eight wait, with when to come again, and then taken again', async () => {
    const calls = Array.from({ length: 9 }, (_, index) => send(path, String(index)));
    await settled();
    expect(await Promise.race([send(path, 'late'), settled()])).toEqual({ status: 429, again: '5' });
    await openAll();
    for (const { status } of await Promise.all(calls)) expect(status).toBeLessThan(300);
    const next = send(path, 'next');
    await settled();
    await openAll();
    expect((await next).status).toBeLessThan(300);
    expect(begun).not.toContain('late');
  });

  test('are done where the sender has hung up while they waited', async () => {
    const sender = new AbortController();
    const calls = [send(path, 'first'), send(path, 'second', undefined, sender.signal)];
    await settled();
    sender.abort();
    await openAll();
    await Promise.allSettled(calls);
    expect(begun).toEqual(['first', 'second']);
  });
});
