import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { allDocuments, type Block } from './documents.ts';

/** What stands in code blocks is what it says to be. */

const documents = allDocuments();
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  graphql: (text) => parse(text),
  json: (text) => JSON.parse(text),
  yaml: (text) => {
    const [error] = parseDocument(text, { uniqueKeys: true }).errors;
    if (error) throw error;
  },
};

describe.each(Object.keys(readers))('every block marked %s', (language) => {
  const marked = documents.flatMap(({ path, blocks }) =>
    blocks
      .filter((block) => block.language === language)
      .map((block) => ({ where: `${path}:${block.line}`, block })),
  );

  it('is there', () => {
    expect(marked.length).toBeGreaterThan(0);
  });

  it.each(marked)('parses: $where', ({ block }) => {
    expect(() => readers[language]?.((block as Block).text)).not.toThrow();
  });
});

describe('every code block', () => {
  it('says what is in it', () => {
    const own = documents.filter(({ path }) => path !== 'CONTRIBUTING.md');
    const bare = own.flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => language === '').map(({ line }) => `${path}:${line}`),
    );
    expect(bare).toEqual([]);
  });
});

describe('every block marked ts', () => {
  const top = fileURLToPath(new URL('../../.ambit', import.meta.url));
  mkdirSync(top, { recursive: true });
  // Below the repository, so that it finds the packages.
  const folder = mkdtempSync(join(top, 'blocks-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('type-checks', () => {
    const texts = documents.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'ts'));
    const files = texts.map(({ text }, index) => {
      const file = join(folder, `block-${index}.mts`);
      writeFileSync(file, text);
      return file;
    });
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
    });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
    expect(files.length).toBeGreaterThan(2);
  }, 60_000);
});
