import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument, source } from './documents.ts';

/** The page of attacks and the cases say the same. */

interface Attack {
  readonly id: string;
  readonly title: string;
  readonly aim: string;
}

const page = readDocument('docs/reference/attacks.md');
const folder = fileURLToPath(new URL('../cases/attacks/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const attacks = files.flatMap((name) => {
  const { cases } = parse(source(`spec/cases/attacks/${name}`)) as { cases: readonly Attack[] };
  return cases;
});

describe('docs/reference/attacks.md', () => {
  it('has a row for every case, with its aim and its answer', () => {
    const rows = attacks.map(({ aim, title, id }) => `| ${aim} | ${title} | \`${id}\` |`);
    expect(rows.filter((row) => !page.text.split('\n').includes(row))).toEqual([]);
    expect(attacks.length).toBeGreaterThan(200);
  });

  it('names no case that is not there', () => {
    const named = [...page.text.matchAll(/`(attack-[^`]+)`/g)].map(([, id = '']) => id);
    const ids = attacks.map(({ id }) => id);
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('names every file of attacks, each once', () => {
    const named = [...page.text.matchAll(/^In `spec\/cases\/attacks\/([^`]+)`:$/gm)].map(([, name]) => name);
    expect(named).toEqual(files.sort());
  });

  it('is where the page about security leads', () => {
    expect(readDocument('SECURITY.md').text).toContain('(docs/reference/attacks.md)');
  });
});
