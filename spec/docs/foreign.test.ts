import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { JWT_CHECKS } from '../../packages/server/src/foreign/checks.ts';
import { introspectionShape, issuersShape } from '../../packages/server/src/foreign/config.ts';
import { ANSWER_CHECKS } from '../../packages/server/src/foreign/introspect.ts';
import { firstCells, readDocument, section, source } from './documents.ts';

/** The pages about other issuers say what the sources say. */

const guide = readDocument('docs/how-to/accept-other-tokens.md');
const reference = section(readDocument('docs/reference/server.md'), 'Tokens of other issuers');
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** The keys of an object of zod that a source makes, those of the mapping left out. */
function keysOf(file: string, name: string): string[] {
  const body = new RegExp(`const ${name}[^\\n]*\\{\\n(.*?)\\n\\}`, 's').exec(source(file))?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)[:,]/gm)].map(([, key = '']) => key);
}

const config = 'packages/server/src/foreign/config.ts';
const mapping = 'packages/server/src/foreign/mapping-config.ts';

describe('docs/reference/server.md', () => {
  const table = (title: string): string[] =>
    firstCells(
      `| option${reference.split(`| option of ${title} `)[1]?.split('\n\n')[0]}`.replace(
        /(\| [^|]+ \|)[^\n]*/g,
        '$1 |',
      ),
    );
  const both = ['clockToleranceSeconds', 'allowPrivateNetwork'];

  it.each([
    ['`issuers`', 'issuerOptions'],
    ['`introspection`', 'introspectionOptions'],
  ])('has every option of %s and no other', (title, name) => {
    const written = keysOf(config, name);
    expect(written.length).toBeGreaterThan(5);
    expect(sorted(table(title))).toEqual(sorted(written.filter((key) => !both.includes(key))));
  });

  it('has every option of both and no other', () => {
    const claims = keysOf(mapping, 'claims').map((key) => `claims.${key}`);
    const options = keysOf(mapping, 'mappingOptions').filter((key) => key !== 'claims');
    expect(claims.length + options.length).toBeGreaterThan(10);
    expect(sorted(table('both'))).toEqual(sorted([...both, ...claims, ...options]));
  });

  it('has the times that are in the sources', () => {
    const keys = source('packages/server/src/foreign/keys.ts');
    expect(keys).toContain('LIFE_MS = 10 * 60_000');
    expect(keys).toContain('STALE_MS = 60 * 60_000');
    expect(keys).toContain('UNKNOWN_MS = 30_000');
    expect(keys).toContain('RETRY_MS = 5_000');
    for (const row of [
      '| 10 minutes;',
      '| until one hour after they were |',
      '| 30 seconds |',
      '| 5 seconds |',
    ])
      expect(reference).toContain(row);
  });
});

describe('docs/how-to/accept-other-tokens.md', () => {
  it('has every check that can fail', () => {
    const checks = [...JWT_CHECKS, ...ANSWER_CHECKS].map(({ name }) => name);
    const told = firstCells(
      section(guide, 'When a token is refused').replace(/(\| [^|]+ \|)[^\n]*/g, '$1 |'),
    );
    expect(sorted(told.filter((name) => name !== 'check'))).toEqual(
      sorted([...checks, 'form', 'issuer', 'introspection', 'claim: ...']),
    );
  });

  it('shows configurations that can be read', () => {
    const files = guide.blocks.filter(({ language }) => language === 'yaml').map(({ text }) => parse(text));
    expect(files.length).toBe(4);
    for (const { issuers = [], introspection } of files as {
      issuers?: unknown[];
      introspection?: unknown;
    }[]) {
      expect(issuers.length + (introspection === undefined ? 0 : 1)).toBe(1);
      expect(() => issuersShape.parse(issuers)).not.toThrow();
      expect(() => introspectionShape.parse(introspection)).not.toThrow();
    }
  });
});
