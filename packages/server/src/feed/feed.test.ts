import { describe, expect, test } from 'vitest';

import type { Change } from '../store/changes.ts';
import { type FeedOptions, type FeedStore, openLocalFeed, openSharedFeed } from './feed.ts';
import type { Heard } from './heard.ts';
import { Remembered } from './remembered.ts';

const OPTIONS: FeedOptions = { pollMs: 3_600_000, staleMs: 5_000 };

/** The table of changes in a hand: what is in it, and whether it answers. */
function fakeStore() {
  const state = {
    rows: [] as Change[],
    away: false,
    now: 0,
    hint: (): void => undefined,
    gate: undefined as Promise<void> | undefined,
  };
  const changes: FeedStore['changes'] = {
    after: async (seq) => state.rows.filter((row) => row.seq > seq),
    newest: async () => state.rows.at(-1)?.seq ?? 0n,
    async since(seq) {
      if (state.away) throw new Error('away');
      const answer = {
        changes: state.rows.filter((row) => row.seq > seq).slice(0, 2),
        oldest: state.rows[0]?.seq ?? 0n,
        newest: state.rows.at(-1)?.seq ?? 0n,
      };
      await state.gate;
      return answer;
    },
  };
  const hints = {
    async subscribe(hear: () => void) {
      state.hint = hear;
      return async () => undefined;
    },
  };
  const add = (seq: bigint, ref: string): void => {
    state.rows.push({ seq, kind: 'token', ref, at: new Date(0) });
  };
  return { state, add, store: { changes, hints }, options: { ...OPTIONS, now: () => state.now } };
}

const said = (change: Heard): string => (change.kind === 'everything' ? 'everything' : change.ref);

describe('a feed', () => {
  test('tells of each change once, in order, and of those after its start only', async () => {
    const { store, add, options } = fakeStore();
    add(1n, 'before');
    const feed = await openSharedFeed(store, options);
    const heard: string[] = [];
    feed.listen((change) => heard.push(`${said(change)} at ${feed.heard}`));
    for (const seq of [2n, 3n, 5n, 6n, 9n]) add(seq, `c${seq}`);
    await Promise.all([feed.catchUp(), feed.catchUp()]);
    expect(heard).toEqual(['c2 at 1', 'c3 at 2', 'c5 at 3', 'c6 at 5', 'c9 at 6']);
    expect(feed.heard).toBe(9n);
    await feed.close();
  });

  test('is behind from word of a change until it was read, also where reading fails', async () => {
    const { state, store, add, options } = fakeStore();
    const feed = await openSharedFeed(store, options);
    expect(feed.isFresh()).toBe(true);
    state.away = true;
    add(1n, 'x');
    state.hint();
    expect(feed.isFresh()).toBe(false);
    await expect(feed.catchUp()).rejects.toThrow('away');
    expect(feed.isFresh()).toBe(false);
    state.away = false;
    await feed.catchUp();
    expect(feed.isFresh()).toBe(true);
    await feed.close();
    expect(feed.isFresh()).toBe(false);
  });

  test('is stale when the last good read began more than 5 seconds ago, by a clock that never goes back', async () => {
    const { state, store, options } = fakeStore();
    const feed = await openSharedFeed(store, options);
    state.now = 5_000;
    expect(feed.isFresh()).toBe(true);
    state.now = 5_001;
    expect(feed.isFresh()).toBe(false);
    // The time that counts is when it began: what changed while it ran may not be in it.
    let open: () => void = () => undefined;
    state.gate = new Promise((resolve) => {
      open = resolve;
    });
    const slow = feed.catchUp();
    await new Promise((resolve) => setTimeout(resolve, 5));
    state.now = 20_000;
    open();
    await slow;
    expect(feed.isFresh()).toBe(false);
    await feed.close();
  });

  test.each([
    ['rows that it had to hear were pruned', 4n, [7n, 8n], ['everything', 'c7', 'c8']],
    ['only rows that it had heard were pruned', 6n, [7n, 8n], ['c7', 'c8']],
    ['the database was put back to an earlier state', 9n, [3n], ['everything']],
    ['the database was emptied', 9n, [], ['everything']],
  ] as const)('where %s', async (_case, start, left, expected) => {
    const { state, store, add, options } = fakeStore();
    add(start, 'start');
    const feed = await openSharedFeed(store, options);
    state.rows.length = 0;
    for (const seq of left) add(seq, `c${seq}`);
    const heard: string[] = [];
    feed.listen((change) => heard.push(said(change)));
    await feed.catchUp();
    expect(heard).toEqual(expected);
    expect(feed.heard).toBe(left.at(-1) ?? 0n);
    await feed.close();
  });

  test('polls without word, and ends what is watched when it cannot any more', async () => {
    const { state, store, add, options } = fakeStore();
    const feed = await openSharedFeed(store, { ...options, pollMs: 5 });
    add(1n, 'x');
    await expect.poll(() => feed.heard).toBe(1n);
    const { signal } = feed.watch([{ kind: 'token', ref: 'y' }]);
    expect(signal.aborted).toBe(false);
    state.away = true;
    state.now = 5_001;
    await expect.poll(() => signal.aborted).toBe(true);
    await feed.close();
  });

  test('of one process needs no clock', async () => {
    const { state, store, add } = fakeStore();
    const feed = await openLocalFeed(store);
    state.now = 1e9;
    expect(feed.isFresh()).toBe(true);
    add(1n, 'x');
    state.hint();
    expect(feed.isFresh()).toBe(false);
    await expect.poll(() => feed.isFresh()).toBe(true);
    expect(feed.heard).toBe(1n);
    await feed.close();
  });
});

describe('a watch', () => {
  test('ends with a change to anything that it is about, and not with another', async () => {
    const { store, add, options } = fakeStore();
    const feed = await openSharedFeed(store, options);
    const about = [
      { kind: 'token', ref: 'a' },
      { kind: 'subject', ref: 'ann' },
    ] as const;
    const watch = feed.watch(about);
    const over = feed.watch(about);
    over.stop();
    add(1n, 'b');
    await feed.catchUp();
    expect(watch.signal.aborted).toBe(false);
    add(2n, 'a');
    await feed.catchUp();
    expect(watch.signal.aborted).toBe(true);
    expect(over.signal.aborted).toBe(false);
    await feed.close();
  });

  test('is over at once where the feed is behind', async () => {
    const { state, store, options } = fakeStore();
    const feed = await openSharedFeed(store, options);
    state.now = 6_000;
    expect(feed.watch([{ kind: 'token', ref: 'a' }]).signal.aborted).toBe(true);
    await feed.close();
  });
});

describe('what is remembered', () => {
  async function remembering(most = 2) {
    const fake = fakeStore();
    const feed = await openSharedFeed(fake.store, fake.options);
    const kept = new Remembered<{ readonly id: string }>(feed, {
      most,
      about: ({ id }) => [{ kind: 'token', ref: id }],
      broad: ['subject'],
    });
    const asked: string[] = [];
    const get = (id: string): Promise<unknown> =>
      kept.get(`key ${id}`, async () => {
        asked.push(id);
        return { id };
      });
    return { ...fake, feed, kept, asked, get };
  }

  test('is bounded, and what was used last stays', async () => {
    const { asked, get } = await remembering();
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await get(id);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });

  test('is forgotten by what it is about, by kind, and altogether after a gap', async () => {
    const { state, asked, get, add, feed } = await remembering(10);
    for (const id of ['a', 'b']) await get(id);
    add(1n, 'a');
    await feed.catchUp();
    for (const id of ['a', 'b']) await get(id);
    expect(asked.splice(0)).toEqual(['a', 'b', 'a']);
    state.rows.push({ seq: 2n, kind: 'subject', ref: 'ann', at: new Date(0) });
    await feed.catchUp();
    for (const id of ['a', 'b']) await get(id);
    expect(asked.splice(0)).toEqual(['a', 'b']);
    state.rows.length = 0;
    add(9n, 'z');
    await feed.catchUp();
    await get('b');
    expect(asked).toEqual(['b']);
  });

  test('is not kept where anything changed while it was read, or nobody could tell', async () => {
    const { state, kept, add, feed } = await remembering();
    let reads = 0;
    const slow = (meanwhile: () => Promise<void>): Promise<unknown> =>
      kept.get('k', async () => {
        reads += 1;
        await meanwhile();
        return { id: 'k' };
      });
    await slow(async () => {
      add(1n, 'other');
      await feed.catchUp();
    });
    await slow(async () => {
      state.now = 6_000;
    });
    state.now = 0;
    await slow(async () => undefined);
    await slow(async () => undefined);
    expect(reads).toBe(3);
  });

  test('is bypassed while the feed is behind, and a store that is away is told', async () => {
    const { state, kept, get, asked } = await remembering();
    await get('a');
    state.now = 6_000;
    await get('a');
    expect(asked).toEqual(['a', 'a']);
    await expect(kept.get('key a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });

  test('never gives back what the store has taken back, though the feed has not told of it yet', async () => {
    const { state, kept, feed } = await remembering();
    let stored: { readonly id: string } | undefined = { id: 'k' };
    const get = () => kept.get('k', async () => stored);
    await get();
    // A poll reads just before somebody else revokes: it will find nothing, and make this node fresh again.
    let open = (): void => undefined;
    state.gate = new Promise((resolve) => {
      open = resolve;
    });
    const polled = feed.catchUp();
    await Promise.resolve();
    stored = undefined;
    expect(await get()).toBeUndefined();
    open();
    await polled;
    expect(feed.isFresh()).toBe(true);
    expect(await get()).toBeUndefined();
  });

  test('of two reads at once does not keep the one that saw less', async () => {
    const { kept } = await remembering();
    const answers: ((value: { readonly id: string } | undefined) => void)[] = [];
    const slow = () => kept.get('k', () => new Promise((resolve) => answers.push(resolve)));
    const both = [slow(), slow()];
    await Promise.resolve();
    for (const [at, answer] of [...answers].reverse().entries()) answer(at === 0 ? undefined : { id: 'k' });
    const [first, second] = await Promise.all(both);
    expect(first).toEqual(second);
    const later = await kept.get('k', async () => undefined);
    expect(later).toEqual(second);
  });

  test('a read that began before the store was asked around is not kept', async () => {
    const { state, kept } = await remembering();
    let answer = (_value: { readonly id: string }): void => undefined;
    const slow = kept.get('k', () => new Promise((resolve) => (answer = resolve)));
    state.now = 6_000;
    expect(await kept.get('k', async () => undefined)).toBeUndefined();
    state.now = 0;
    answer({ id: 'k' });
    await slow;
    expect(await kept.get('k', async () => undefined)).toBeUndefined();
  });
});
