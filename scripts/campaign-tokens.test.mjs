import { expect, test } from 'vitest';
import { postgresUrl } from '../spec/postgres/database.ts';
import { kill } from './tokens/kill.mjs';
import { reach } from './tokens/reach.mjs';

/** Short forms of `npm run campaign:tokens`. Times are held to what is promised to users, not to what they are. */

test.skipIf((await postgresUrl()) === undefined)(
  'a revocation reaches three servers on one PostgreSQL within the promise, with push and without',
  async () => {
    // A machine that is busy with other things may take longer than a second for anything.
    const { results, failures } = await reach({ revocations: 10, promises: { push: 5_000, poll: 10_000 } });
    expect(failures).toEqual([]);
    expect(results.push.revocations).toBe(10);
  },
  240_000,
);

test('after kill -9 in the middle of writes nothing acknowledged is lost, and nothing half-written works', async () => {
  const { results, failures } = await kill({ kills: 3 });
  expect(failures).toEqual([]);
  expect(results.kills).toBe(3);
  expect(results.tokens).toBeGreaterThan(3);
  expect(results.revoked).toBeGreaterThan(0);
  expect(results.rotated + results.shrunk + results.access).toBeGreaterThan(0);
}, 240_000);
