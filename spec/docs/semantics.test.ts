import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDocument, section, source } from './documents.ts';

/** Every meaning has its place, and what is cited stands there. */

const page = readDocument('docs/reference/semantics.md');
const meanings = Array.from({ length: 28 }, (_, index) => `M${index + 1}`);

describe('docs/reference/semantics.md', () => {
  it('has the meanings M1 to M28 in order, and no other', () => {
    const titles = [...page.prose.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(meanings);
  });

  it.each(meanings)('says what %s means', (meaning) => {
    expect(section(page, meaning).trim().length).toBeGreaterThan(80);
  });

  it.each(['M18', 'M22', 'M25', 'M27', 'M28'])('says what of %s is not carried', (meaning) => {
    expect(section(page, meaning)).toContain('*Not carried yet');
  });
});

describe('the cases', () => {
  const folder = fileURLToPath(new URL('../cases/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yml'),
  );

  it('cite meanings that there are', () => {
    const cited = files.flatMap((name) => {
      const text = source(`spec/cases/${name.replaceAll('\\', '/')}`);
      return [...text.matchAll(/^ +cites: \[([^\]]*)\]/gm)].flatMap(([, list = '']) => list.split(/, */));
    });
    expect(cited.length).toBeGreaterThan(100);
    expect([...new Set(cited)].filter((name) => !meanings.includes(name))).toEqual([]);
  });
});
