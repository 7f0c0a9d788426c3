import type { Adapter } from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { createAdapter, type RecordWatch } from './adapter.ts';
import { hashOf, mintOpaque } from './opaque.ts';
import { createSeal } from './seal.ts';
import { Together } from './together.ts';

let store: MemoryStore;
const ended: object[] = [];
let keepsSiblings = false;
let endsWhole = false;
let isAlive = true;
const watch: RecordWatch = {
  parentOf: () => undefined,
  written: async () => undefined,
  keepsSiblings: () => keepsSiblings,
  endsWhole: () => endsWhole,
  ended: async (_unit, gone) => void ended.push(gone),
  settled: async () => undefined,
  isAlive: async () => isAlive,
};
const seal = createSeal(['a secret of the test']);
const adapter = (model: string): Adapter =>
  createAdapter(model, {
    store,
    together: new Together(store, watch.settled),
    seal,
    watch,
    now: () => new Date(),
  });

beforeAll(async () => {
  store = await openMemoryStore();
});
beforeEach(async () => {
  await store.clear();
  ended.length = 0;
  keepsSiblings = false;
  endsWhole = false;
  isAlive = true;
});
afterAll(() => store.close());

const access = mintOpaque('ambo_');

describe.each([
  'Session',
  'Interaction',
  'AuthorizationCode',
  'DeviceCode',
  'Grant',
  'PushedAuthorizationRequest',
])('%s', (model) => {
  test('comes back as it was written, under its id alone', async () => {
    await adapter(model).upsert('the-id', { jti: 'the-id', scope: 'a', exp: 7 }, 60);
    expect(await adapter(model).find('the-id')).toEqual({ jti: 'the-id', scope: 'a', exp: 7 });
    expect(await adapter(model).find('the-ie')).toBeUndefined();
    expect(await adapter(model).find(hashOf('the-id'))).toBeUndefined();
    expect(await adapter('Client2').find('the-id')).toBeUndefined();
  });

  test('is replaced by a second writing, and is gone when destroyed', async () => {
    await adapter(model).upsert('the-id', { jti: 'the-id', scope: 'a' }, 60);
    await adapter(model).upsert('the-id', { jti: 'the-id', scope: 'b' }, 60);
    expect(await adapter(model).find('the-id')).toMatchObject({ scope: 'b' });
    await adapter(model).destroy('the-id');
    expect(await adapter(model).find('the-id')).toBeUndefined();
    await expect(adapter(model).destroy('the-id')).resolves.toBeUndefined();
  });
});

test.each(['AccessToken', 'ClientCredentials'])('%s is found in its form only', async (model) => {
  await adapter(model).upsert(access, { jti: access, scope: 'a' }, 60);
  expect(await adapter(model).find(access)).toMatchObject({ scope: 'a', jti: access });
  expect(
    await adapter(model).find(`${access.slice(0, -1)}${access.endsWith('0') ? '1' : '0'}`),
  ).toBeUndefined();
  isAlive = false;
  expect(await adapter(model).find(access)).toBeUndefined();
});

test('what is used up stays so, whatever is written over it, and is used up once', async () => {
  const codes = adapter('AuthorizationCode');
  await codes.upsert('code', { jti: 'code' }, 60);
  const uses = await Promise.allSettled([
    codes.consume('code'),
    codes.consume('code'),
    codes.consume('code'),
  ]);
  expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await codes.upsert('code', { jti: 'code' }, 60);
  expect(await codes.find('code')).toMatchObject({ consumed: expect.any(Number) });
  await expect(codes.consume('no such code')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a session is found by its uid, a device code by what is typed, with their ids', async () => {
  await adapter('Session').upsert('sid', { jti: 'sid', uid: 'the-uid', accountId: 'alice' }, 60);
  expect(await adapter('Session').findByUid('the-uid')).toMatchObject({ jti: 'sid', accountId: 'alice' });
  expect(await adapter('Session').findByUid('sid')).toBeUndefined();
  await adapter('DeviceCode').upsert('dc', { jti: 'dc', userCode: 'BCDFGHJK' }, 60);
  expect(await adapter('DeviceCode').findByUserCode('BCDFGHJK')).toMatchObject({
    jti: 'dc',
    userCode: 'BCDFGHJK',
  });
  expect(await adapter('DeviceCode').findByUserCode('BCDFGHJX')).toBeUndefined();
});

test('a grant takes with it what came of it, and of nothing else', async () => {
  const refresh = mintOpaque('ambr_');
  await adapter('AccessToken').upsert(access, { jti: access, grantId: 'g1' }, 60);
  await adapter('RefreshToken').upsert(refresh, { jti: refresh, grantId: 'g2' }, 60);
  await adapter('AccessToken').revokeByGrantId('g2');
  expect(await adapter('RefreshToken').find(refresh)).toBeDefined();
  expect(ended).toEqual([]);
  keepsSiblings = true;
  await adapter('AccessToken').revokeByGrantId('g1');
  expect(await adapter('AccessToken').find(access)).toBeDefined();
  keepsSiblings = false;
  await adapter('AccessToken').revokeByGrantId('g1');
  expect(await adapter('AccessToken').find(access)).toBeUndefined();
  expect(ended).toEqual([{ grantId: 'g1' }]);
});

test('where a grant ends whole, whatever of it is asked to end takes all of it, and is heard of once', async () => {
  endsWhole = true;
  const refresh = mintOpaque('ambr_');
  for (const first of ['AccessToken', 'RefreshToken', 'Grant']) {
    ended.length = 0;
    await adapter('Grant').upsert('g1', { jti: 'g1', accountId: 'alice', clientId: 'cli' }, 60);
    await adapter('AccessToken').upsert(access, { jti: access, grantId: 'g1' }, 60);
    await adapter('RefreshToken').upsert(refresh, { jti: refresh, grantId: 'g1' }, 60);
    const models = [first, 'AccessToken', 'RefreshToken', 'Grant'];
    await Promise.all([
      ...(first === 'RefreshToken' ? [adapter(first).destroy(refresh)] : []),
      ...models.map((model) =>
        model === 'Grant' ? adapter(model).destroy('g1') : adapter(model).revokeByGrantId('g1'),
      ),
    ]);
    expect(await adapter('RefreshToken').find(refresh)).toBeUndefined();
    expect(await adapter('Grant').find('g1')).toBeUndefined();
    expect(ended).toMatchObject([{ grantId: 'g1', grant: { payload: { accountId: 'alice' } } }]);
  }
});

test('an id that was seen is not taken again', async () => {
  const seen = adapter('ReplayDetection');
  await seen.upsert('j', { jti: 'j' }, 60);
  await expect(seen.upsert('j', { jti: 'j' }, 60)).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('the store holds no id that could be presented, also within payloads', async () => {
  await adapter('Session').upsert('secret-session', { jti: 'secret-session', uid: 'secret-uid' }, 60);
  await adapter('Interaction').upsert(
    'secret-interaction',
    {
      jti: 'secret-interaction',
      deviceCode: 'secret-device',
      session: { accountId: 'a', cookie: 'secret-session' },
    },
    60,
  );
  await adapter('DeviceCode').upsert('secret-device', { jti: 'secret-device', userCode: 'secret-code' }, 60);
  await adapter('AccessToken').upsert(access, { jti: access, grantId: 'g' }, 60);
  for (const model of ['Session', 'Interaction', 'DeviceCode', 'AccessToken'])
    for (const id of ['secret-session', 'secret-interaction', 'secret-device', access]) {
      const row = await store.oauth.find([model], 'idHash', hashOf(id));
      expect(JSON.stringify(row ?? {})).not.toMatch(new RegExp(`secret-|${access}`));
    }
});

test('what ended is swept, a part at a time; the rest stays', async () => {
  for (const id of ['a', 'b', 'c']) await adapter('AuthorizationCode').upsert(id, { jti: id }, -60);
  await adapter('AuthorizationCode').upsert('d', { jti: 'd' }, 60);
  expect(await store.write((unit) => unit.oauth.sweep(new Date(), 2))).toBe(2);
  expect(await store.write((unit) => unit.oauth.sweep(new Date(), 2))).toBe(1);
  expect(await store.write((unit) => unit.oauth.sweep(new Date(), 2))).toBe(0);
  expect(await adapter('AuthorizationCode').find('d')).toBeDefined();
});
