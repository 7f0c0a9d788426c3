import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseRules } from '../../packages/ambit/src/rules/rules.ts';
import { Workshop } from '../cli/run.ts';
import { readDocument, section, source, tableRows } from './documents.ts';

/** docs/how-to/start-from-an-unmarked-schema.md shows what the commands print, and figures that are so. */

const page = readDocument('docs/how-to/start-from-an-unmarked-schema.md');
const blocks = (language: string): string[] =>
  page.blocks.filter((block) => block.language === language).map(({ text }) => text);

describe('how to start from an unmarked schema', () => {
  const shop = new Workshop();
  afterAll(() => shop.close());
  shop.write('schema.graphql', blocks('graphql')[0] ?? '');

  it('shows commands with what they print', async () => {
    const commands = blocks('sh').map((text) => text.trim().match(/"[^"]*"|\S+/g) ?? []);
    expect(commands.length).toBe(blocks('text').length);
    for (const [at, [program, ...args]] of commands.entries()) {
      expect(program).toBe('ambit');
      const { exit, stdout, stderr } = await shop.ambit(args.map((arg) => arg.replaceAll('"', '')));
      expect({ exit, stderr, stdout }).toEqual({ exit: 0, stderr: '', stdout: blocks('text')[at] });
    }
  });

  it('shows the rules that are written', async () => {
    rmSync(join(shop.folder, 'policy'), { recursive: true, force: true });
    await shop.ambit(['init', '--schema', 'schema.graphql', '--out', 'policy']);
    const { exit, stdout } = await shop.ambit([
      'check',
      '--schema',
      'schema.graphql',
      '--rules',
      'policy/rules.yml',
    ]);
    expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining('12 of 12') });
    expect(shop.read('policy/rules.yml')).toBe(blocks('yaml')[0]);
  });
});

describe('the figures', () => {
  const load = async (name: string): Promise<Record<string, (...args: unknown[]) => unknown>> =>
    import(new URL(`../../bench/init/${name}.mjs`, import.meta.url).href);

  interface Compared extends Record<string, unknown> {
    readonly rows: readonly {
      readonly verdict: string;
      readonly coordinate: string;
      readonly proposed: string;
    }[];
  }

  it('are those of the examples, and every rule that is weaker is named', async () => {
    const { compare, compareNamed } = await load('compare');
    const { forgeBoundaries } = await load('forge');
    const forge = compare?.(source('examples/forge/schema.graphql'), forgeBoundaries?.()) as Compared;
    const github = compareNamed?.(
      source('node_modules/@octokit/graphql-schema/schema.graphql'),
      parseRules(source('examples/github/rules.yml')),
    ) as Compared;
    const names = ['hand', 'helpers', 'same', 'renamed', 'stricter', 'added', 'weaker'];
    const measured = names.map((name) => [forge[name], github[name]]);
    const rows = tableRows(section(page, 'How far it gets')).filter((row) => row.length === 3);
    expect(rows.map(([, ...counts]) => counts.map(Number))).toEqual(measured);
    const weaker = [...forge.rows, ...github.rows].filter(({ verdict }) => verdict === 'weaker');
    const whole = weaker.filter(({ proposed }) => proposed === 'nothing of its own');
    expect(whole.every(({ coordinate }) => /^(User|Sponsorable)\./.test(coordinate))).toBe(true);
    expect(page.text).toContain(`${whole.length} are fields of people`);
    for (const { coordinate } of weaker.filter((one) => !whole.includes(one)))
      expect(page.text).toContain(coordinate);
  });
});
