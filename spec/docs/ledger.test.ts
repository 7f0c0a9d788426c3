import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDocument } from './documents.ts';

/** The ledger of campaigns may not claim more than was run. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const { text } = readDocument('spec/ledger.md');
const [engineText = '', tokensText = ''] = text.split('\n## Tokens\n');

/**
 * Rooms through which no triple goes: what reads and writes files, what looks over rules, and the other doors, which the
 * cases hold. Everything else is the engine.
 */
const ELSEWHERE =
  /^packages\/ambit\/src\/(check|cases|cli|diff|gateway|init|load|narrow|reference|testing|yoga)(\.ts$|\/)/;

/** Stands at the end of the table where the engine has changed since its last campaign. */
const UNPROVEN = 'Since the last campaign the engine has changed.';

const rows = [
  ...engineText.matchAll(/^\| (\d{4}-\d\d-\d\d) \| ([0-9a-f]{7,40}) \| ([^|]+)\| ([\d,]+) \|(.*)\|$/gm),
].map(([, date = '', commit = '', seeds = '', triples = '', rest = '']) => ({
  date,
  commit,
  seeds: seeds.trim(),
  triples: Number(triples.replaceAll(',', '')),
  disagreements: Number(rest.split('|')[2]?.trim().split(' ')[0]),
}));

/** The parts that `npm run campaign:tokens` has. */
const PARTS = ['reach', 'kill', 'widening'];

const tokenRows = [
  ...tokensText.matchAll(
    /^\| (\d{4}-\d\d-\d\d) \| ([0-9a-f]{7,40}) \| (\w+) \| ([\d,]+) \| ([^|]+) \| (\d+) broken([^|]*) \|$/gm,
  ),
].map(([, date = '', commit = '', part = '', count = '', , broken = '']) => ({
  date,
  commit,
  part,
  count: Number(count.replaceAll(',', '')),
  broken: Number(broken),
}));

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function isKnown(commit: string): boolean {
  if (!existsSync(`${root}.git`)) return false;
  try {
    git('cat-file', '-e', `${commit}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

describe('spec/ledger.md', () => {
  it('has a row for each campaign, oldest first, and none that found a disagreement', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ date }) => date)).toEqual(rows.map(({ date }) => date).sort());
    expect(rows.filter(({ disagreements }) => disagreements !== 0)).toEqual([]);
    expect(rows.filter(({ seeds, triples }) => !/^\d+-\d+/.test(seeds) || !(triples > 0))).toEqual([]);
  });

  it('has a row for each part of a campaign of tokens, oldest first, and the last of each part broke nothing', () => {
    const lines = tokensText.split('\n').filter((line) => /^\| \d/.test(line));
    expect(tokenRows.length).toBe(lines.length);
    expect(tokenRows.map(({ date }) => date)).toEqual(tokenRows.map(({ date }) => date).sort());
    expect(tokenRows.filter(({ part, count }) => !PARTS.includes(part) || !(count > 0))).toEqual([]);
    for (const part of PARTS)
      expect([part, tokenRows.findLast((row) => row.part === part)?.broken]).toEqual([part, 0]);
  });

  it.skipIf(!isKnown(rows.at(-1)?.commit ?? ''))(
    'names commits of tokens that there are (skipped without the history of the repository)',
    () => {
      expect(tokenRows.filter(({ commit }) => !isKnown(commit))).toEqual([]);
    },
  );

  const last = rows.at(-1)?.commit ?? '';
  it.skipIf(!isKnown(last))(
    'says so where the engine has changed since its last campaign (skipped without the history of the repository)',
    () => {
      const changed = git('diff', '--name-only', last, 'HEAD', '--', 'packages/ambit/src', 'spec/reference');
      const sources = changed
        .split('\n')
        .filter((name) => name !== '' && !name.endsWith('.test.ts') && !ELSEWHERE.test(name));
      expect(text.includes(UNPROVEN), `changed since ${last}: ${sources.join(', ')}`).toBe(
        sources.length > 0,
      );
    },
  );
});
