import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDocument, source } from './documents.ts';

/** What is said of others, and of us beside them, is held by a case or a test that there is. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const { text } = readDocument('docs/reference/compared-to-gitlab.md');
const rows = text
  .split('\n')
  .filter((line) => /^\| (?!complaint|---)/.test(line))
  .map((line) => line.slice(1, -1).split(' | '));
const folder = `${root}spec/cases/`;
const ids = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yml'))
  .flatMap((name) => [...source(`spec/cases/${name.replaceAll('\\', '/')}`).matchAll(/- id: (\S+)/g)])
  .map(([, id = '']) => id);

describe('docs/reference/compared-to-gitlab.md', () => {
  it('has three cells in each row, and names in the last what holds it', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((cells) => cells.length !== 3)).toEqual([]);
    expect(rows.filter(([, , held = '']) => !/`[^`]+`/.test(held))).toEqual([]);
  });

  it.each(rows.map(([complaint = '', , held = '']) => ({ complaint, held })))(
    'holds: $complaint',
    ({ held }) => {
      const tests = [...held.matchAll(/`([^`]+\.test\.ts)` \("(.+?)"\)/g)];
      for (const [, path = '', title = ''] of tests) {
        expect(existsSync(root + path), path).toBe(true);
        expect(source(path), path).toContain(`'${title}'`);
      }
      const rest = held.replace(/`[^`]+\.test\.ts` \(".+?"\)/g, '');
      const named = [...rest.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id);
      expect(named.filter((id) => !ids.includes(id))).toEqual([]);
      expect(tests.length + named.length).toBeGreaterThan(0);
    },
  );
});
