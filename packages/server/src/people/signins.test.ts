import { setTimeout as pause } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { databases } from '../../../../spec/postgres/stores.ts';
import { NO_HINTS } from '../store/hints.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { type Store, storeOn, type Unit } from '../store/store.ts';
import { createPasswords } from './password.ts';
import { createPeople, type People } from './people.ts';
import { createSignIns, isStillSignedIn, type SignedIn } from './signins.ts';

/** What is written under a sign-in while that ends, in both orders, on each kind of store. */

const LATER = new Date('2999-01-01T00:00:00Z');
const LONG_MS = 500;

interface Opened {
  readonly store: Store;
  readonly people: People;
  readonly signedIn: SignedIn;
  close(): Promise<void>;
}

const ENDINGS: readonly (readonly [string, (people: People) => Promise<unknown>])[] = [
  ['disabled', (people) => people.setDisabled('ann', true, 'admin')],
  ['given another password', (people) => people.resetPassword('ann', 'admin')],
];

const passwords = await createPasswords();

async function opened(open: Awaited<ReturnType<typeof databases>>[number][1]): Promise<Opened> {
  const { db, close } = await open();
  await migrate(db);
  const store = storeOn(db, { sync: async () => undefined, hints: NO_HINTS });
  const feed = { catchUp: async () => undefined } as never;
  const people = createPeople({ store, feed, passwords, onReset: async () => undefined });
  await people.create({ name: 'ann' }, 'admin');
  const person = await store.people.findByName('ann');
  if (person === undefined) throw new Error('nobody');
  const signIns = createSignIns(store);
  const signedIn = await signIns.find(await signIns.begin(person, undefined));
  if (signedIn === undefined) throw new Error('not signed in');
  return { store, people, signedIn, close };
}

const allow = (unit: Unit): Promise<void> =>
  unit.oauth.put({
    model: 'Grant',
    idHash: 'the grant',
    payload: { accountId: 'ann', clientId: 'app' },
    grantId: undefined,
    userCode: undefined,
    uid: undefined,
    consumedAt: undefined,
    expiresAt: LATER,
    parent: undefined,
  });

const isAllowed = async ({ store }: Opened): Promise<boolean> =>
  (await store.oauth.find(['Grant'], 'idHash', 'the grant')) !== undefined;

describe.each(await databases())('on %s, a person who is', (_name, open) => {
  describe.each(ENDINGS)('%s', (_what, end) => {
    test('while something is written under their sign-in loses that', async () => {
      const at = await opened(open);
      let ending: Promise<unknown> = Promise.resolve();
      await at.store.write(async (unit) => {
        expect(await isStillSignedIn(unit, at.signedIn)).toBe(true);
        // It waits for this unit; were it not held off, it would be over by then, and have nothing to take away.
        ending = end(at.people);
        await Promise.race([ending, pause(LONG_MS)]);
        await allow(unit);
      });
      await ending;
      expect(await isAllowed(at)).toBe(false);
      await at.close();
    });

    test('before something is written under their sign-in keeps it from being written', async () => {
      const at = await opened(open);
      await end(at.people);
      await at.people.setDisabled('ann', false, 'admin');
      const isThere = await at.store.write(async (unit) => {
        const still = await isStillSignedIn(unit, at.signedIn);
        if (still) await allow(unit);
        return still;
      });
      expect([isThere, await isAllowed(at)]).toEqual([false, false]);
      await at.close();
    });
  });
});
