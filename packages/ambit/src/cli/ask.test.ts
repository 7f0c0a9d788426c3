import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askerOf, type Terminal } from './ask.ts';

function terminal(columns: number): { readonly streams: Terminal; readonly stdin: PassThrough } {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24 });
  return { streams: { stdin, stdout } as unknown as Terminal, stdin };
}

const values = { flag: () => false };

describe('asking in a terminal', () => {
  it.each([
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C', '\u0003'],
  ])('ends with a sentence at %s', async (_, key) => {
    const { stdin, streams } = terminal(100);
    const asker = await askerOf(values, streams);
    const answer = asker?.confirm('Write the files?');
    stdin.write(key);
    await expect(answer).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: 'stopped; nothing was written',
    });
  });

  it('ends with a sentence where the input ends, also for what is asked afterwards', async () => {
    const { stdin, streams } = terminal(100);
    const asker = await askerOf(values, streams);
    const answer = asker?.text('The category?', '', () => undefined);
    stdin.end();
    await expect(answer).rejects.toThrow('stopped; nothing was written');
    await expect(asker?.confirm('Write the files?')).rejects.toThrow('stopped');
  });

  it('takes 80 columns where the terminal says none', async () => {
    const { stdin, streams } = terminal(0);
    const asker = await askerOf(values, streams);
    expect(streams.stdout.columns).toBe(80);
    const answer = asker?.confirm('Write the files?');
    stdin.write('y');
    expect(await answer).toBe(true);
  });
});
