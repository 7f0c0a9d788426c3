import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
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
    blocks.filter((block) => block.language === language).map((block) => ({ where: `${path}:${block.line}`, block })),
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
    const bare = documents.flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => language === '').map(({ line }) => `${path}:${line}`),
    );
    expect(bare).toEqual([]);
  });
});
