import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDocument, section, source, tableRows } from './documents.ts';

/** Every meaning has its place, and what is cited stands there. */

const page = readDocument('docs/reference/semantics.md');
const meanings = Array.from({ length: 28 }, (_, index) => `M${index + 1}`);

describe('docs/reference/semantics.md', () => {
  it('has the meanings M1 to M28 in order, and then where others differ', () => {
    const titles = [...page.prose.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([...meanings, 'Where others differ']);
  });

  it('gives a reason for every difference', () => {
    const rows = tableRows(section(page, 'Where others differ'));
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) expect(row.at(-1)).toMatch(/\(\[(M\d+|directives)\]\(.+\)\)$/);
  });

  it.each(meanings)('says what %s means', (meaning) => {
    expect(section(page, meaning).trim().length).toBeGreaterThan(80);
  });

  it.each(['M18', 'M25', 'M27', 'M28'])('says what of %s is not carried', (meaning) => {
    expect(section(page, meaning)).toContain('*Not carried yet');
  });
});

/** What cases cannot cite yet: nothing of it is carried through a door that runs them. */
const uncarried = ['M25', 'M27', 'M28'];

describe('the cases', () => {
  const folder = fileURLToPath(new URL('../cases/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yml'),
  );

  const cited = files.flatMap((name) => {
    const text = source(`spec/cases/${name.replaceAll('\\', '/')}`);
    return [...text.matchAll(/^ +cites: \[([^\]]*)\]/gm)].flatMap(([, list = '']) => list.split(/, */));
  });

  it('cite meanings that there are', () => {
    expect(cited.length).toBeGreaterThan(100);
    expect([...new Set(cited)].filter((name) => !meanings.includes(name))).toEqual([]);
  });

  it('cite every meaning that is carried, each at least five times', () => {
    const seldom = meanings.filter((name) => cited.filter((one) => one === name).length < 5);
    expect(seldom.filter((name) => !uncarried.includes(name))).toEqual([]);
  });
});
