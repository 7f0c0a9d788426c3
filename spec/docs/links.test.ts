import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allDocuments, anchors, readDocument, tableRows } from './documents.ts';

/** Nobody is sent to a place that is not there. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = allDocuments();

describe.each(documents.map((document) => ({ path: document.path, document })))(
  '$path',
  ({ path, document }) => {
    const links = [...document.prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const inside = links.filter((target) => !/^[a-z]+:/i.test(target));

    it('links only to what exists', () => {
      expect(inside.filter((target) => !resolves(path, target))).toEqual([]);
    });

    it('links to the web only where a standard or a tool lives', () => {
      const outside = links.filter((target) => /^[a-z]+:/i.test(target));
      expect(outside.filter((target) => !target.startsWith('https://'))).toEqual([]);
    });

    it('ends with one line break and has no trailing spaces', () => {
      expect(document.text).toMatch(/[^\n]\n$/);
      expect(document.text.split('\n').filter((line) => /\s$/.test(line))).toEqual([]);
    });
  },
);

describe('the table of files in the README', () => {
  const rows = tableRows(readDocument('README.md').text).filter((row) => row.length === 2);
  const paths = rows.flatMap(([, open = '']) =>
    [...open.matchAll(/`((?:packages|spec)\/[^`]+)`/g)].map(([, path = '']) => path),
  );

  it('names files that are there', () => {
    expect(paths.length).toBeGreaterThan(8);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

function resolves(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : posix.join(posix.dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined) return true;
  return statSync(join(root, path)).isFile() && anchors(readDocument(path)).includes(anchor);
}
