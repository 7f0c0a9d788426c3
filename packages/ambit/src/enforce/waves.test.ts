import { describe, expect, it } from 'vitest';
import { Waves } from './waves.ts';

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Joins each and notes in which order they are settled. */
function joined(asks: Readonly<Record<string, () => unknown>>): { order: string[]; all: Promise<unknown> } {
  const waves = new Waves();
  const order: string[] = [];
  const all = Object.entries(asks).map(([name, ask]) =>
    waves.join(ask).then(
      () => order.push(name),
      () => order.push(`${name} failed`),
    ),
  );
  return { order, all: Promise.all(all) };
}

describe('a wave', () => {
  it('answers in the order in which its members began, however long each took', async () => {
    const value = () => 1;
    const slow = () => later(20);
    const fails = () => {
      throw new Error('at once');
    };
    const failsLater = () => later(5).then(fails);
    for (const [first, second] of [
      [value, slow],
      [slow, value],
    ] as const) {
      const { order, all } = joined({ first, fails, failsLater, second });
      await all;
      expect(order).toEqual(['first', 'fails failed', 'failsLater failed', 'second']);
    }
  });

  it('does not wait for what begins later', async () => {
    const waves = new Waves();
    const settled: string[] = [];
    const first = waves.join(() => later(30)).then(() => settled.push('first'));
    await later(10);
    const second = waves.join(() => 2).then((two) => settled.push(`second ${two}`));
    await Promise.all([first, second]);
    expect(settled).toEqual(['second 2', 'first']);
  });
});
