import { expect, test } from 'vitest';
import type { Store, StoredToken } from '../store/store.ts';
import { KnownTokens } from './known.ts';

const token = (idHash: string, revokedAt?: Date): StoredToken => ({
  id: `tok_${idHash}`,
  idHash,
  keyId: 1,
  name: idHash,
  grants: {},
  createdAt: new Date(0),
  expiresAt: new Date(1),
  revokedAt,
  createdBy: 'test',
});

/** A store that answers when it is told to, and what it was asked. */
function slowStore() {
  const rows = new Map([token('a'), token('b')].map((one) => [one.idHash, one]));
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const store: Pick<Store, 'findByIdHash' | 'revokeToken'> = {
    async findByIdHash(idHash) {
      asked.push(idHash);
      const found = rows.get(idHash);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return found;
    },
    async revokeToken(id, at) {
      const found = [...rows.values()].find((one) => one.id === id);
      if (found) rows.set(found.idHash, { ...found, revokedAt: at });
      return found && rows.get(found.idHash);
    },
  };
  const answer = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { known: new KnownTokens(store as Store), asked, answer };
}

test('the store is asked once for a token that is used again', async () => {
  const { known, asked, answer } = slowStore();
  const first = known.find('a');
  answer();
  expect(await first).toMatchObject({ id: 'tok_a' });
  expect(await known.find('a')).toMatchObject({ id: 'tok_a', revokedAt: undefined });
  expect(asked).toEqual(['a']);
});

test('a revocation is known as soon as it returns', async () => {
  const { known, asked, answer } = slowStore();
  const first = known.find('a');
  answer();
  await first;
  await known.revoke('tok_a', new Date(5));
  const second = known.find('a');
  answer();
  expect(await second).toMatchObject({ revokedAt: new Date(5) });
  expect(asked).toEqual(['a', 'a']);
});

test('what was read before a revocation is not remembered', async () => {
  const { known, answer } = slowStore();
  const early = known.find('a');
  await known.revoke('tok_a', new Date(5));
  answer();
  await early;
  const late = known.find('a');
  answer();
  expect(await late).toMatchObject({ revokedAt: new Date(5) });
});

test('a token that is not there is asked for again', async () => {
  const { known, asked, answer } = slowStore();
  for (let time = 0; time < 2; time += 1) {
    const found = known.find('nobody');
    answer();
    expect(await found).toBeUndefined();
  }
  expect(asked).toEqual(['nobody', 'nobody']);
});
