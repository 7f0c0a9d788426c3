import { describe, expect, it } from 'vitest';
import { firstCells, readDocument, section, source, sources, tableRows } from './documents.ts';

/** docs/reference/errors.md and the sources name the same codes. */

const page = readDocument('docs/reference/errors.md');
const codesUnder = (title: string) =>
  firstCells(section(page, title)).filter((name) => /^[A-Z_]+$/.test(name));

/** The members of a union of string literals. */
function union(text: string, name: string): string[] {
  const body = new RegExp(`export type ${name} =([^;]+);`).exec(text)?.[1] ?? '';
  return [...body.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code);
}

function literals(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, code = '']) => code);
}

const same = (documented: string[], written: string[]) => {
  expect(written.length).toBeGreaterThan(1);
  expect([...documented].sort()).toEqual([...new Set(written)].sort());
};

describe('docs/reference/errors.md', () => {
  const library = source('packages/ambit/src/errors.ts');
  const server = source('packages/server/src/errors.ts');

  it('has the codes that the library throws', () => {
    same(codesUnder('Thrown by the library'), union(library, 'AmbitErrorCode'));
  });

  it('has the codes in answers to clients', () => {
    same(codesUnder('In answers to clients'), literals(library, /export const \w+_CODE = '([A-Z_]+)'/g));
  });

  it('has the codes of the gateway', () => {
    const written = literals(sources('packages/ambit/src/gateway'), /\d{3},\s*'([A-Z_]+)'/g);
    same(codesUnder('In answers of the gateway'), written);
  });

  it('has the findings of check', () => {
    const files = [sources('packages/ambit/src/check'), source('packages/ambit/src/check.ts')];
    const written = literals(files.join('\n'), /code: '([A-Z_]+)'/g);
    same(codesUnder('Findings of ambit check'), written);
  });

  it('has the codes of the server with their status and exit code', () => {
    const rows = tableRows(section(page, 'Errors of ambit-server'));
    const documented = rows.map(([code = '', status, exit]) =>
      [code.replaceAll('`', ''), status, exit].join(' '),
    );
    const written = [...server.matchAll(/^ {2}([A-Z_]+): \{ status: (\d+), exit: (\d+) \}/gm)];
    same(
      documented,
      written.map(([, code, status, exit]) => [code, status, exit].join(' ')),
    );
    same(codesUnder('Errors of ambit-server'), union(server, 'ServerErrorCode'));
  });
});
