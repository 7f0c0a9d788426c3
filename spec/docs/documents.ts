import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The documents of the repository as data: their code blocks, headings, links and tables. */

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Block {
  /** `sh`, `json` ...; empty where the fence names none. */
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

export interface Document {
  /** Relative to the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Without the code blocks, so that nothing in them is taken for a heading or a link. */
  readonly prose: string;
}

/** A file of the repository. */
export function source(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The sources in a folder of a package, tests left out; all of them as one text, wherever in it they stand. */
export function sources(folder: string): string {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const own = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort();
  return own.map((name) => source(posix.join(folder, name.replaceAll('\\', '/')))).join('\n');
}

/** The one file of a package that has this name, whatever room it stands in. */
export function sourceNamed(folder: string, file: string): string {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const found = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => posix.basename(name) === file);
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${folder} has ${found.length} files named ${file}`);
  return source(posix.join(folder, found[0]));
}

export function readDocument(path: string): Document {
  const text = source(path);
  const blocks: Block[] = [];
  const fence = /^( *)```(\S*)[^\n]*\n(.*?)^\1```$/gms;
  const prose = text.replace(
    fence,
    (whole, _indent: string, language: string, body: string, offset: number) => {
      blocks.push({ language, text: body, line: text.slice(0, offset).split('\n').length });
      return whole.replace(/[^\n]/g, '');
    },
  );
  return { path, text, blocks, prose };
}

/** Every document that readers are sent to. */
export function allDocuments(): Document[] {
  const single = ['README.md', 'SECURITY.md', 'GLOSSARY.md', 'CONTRIBUTING.md'];
  const packages = ['packages/ambit/README.md', 'packages/server/README.md', 'examples/forge/README.md'];
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join('docs', name.replaceAll('\\', '/')));
  return [...single, ...packages, ...docs].map(readDocument);
}

/** Headings as GitHub makes anchors of them. */
export function anchors({ prose }: Document): string[] {
  return [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The part of a document under one heading, down to the next of the same or a higher level. */
export function section({ path, text }: Document, title: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title);
  if (start < 0) throw new Error(`${path} has no heading "${title}"`);
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && (/^#+/.exec(line)?.[0].length ?? 9) <= level);
  return rest.slice(0, end < 0 ? rest.length : end).join('\n');
}

/** Rows of every table in a text, without heads and rulers; cells are trimmed. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter(
      (line, index) =>
        line.startsWith('|') && !/^\|[ |:-]+\|$/.test(line) && !/^\|[ |:-]+\|$/.test(lines[index + 1] ?? ''),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The names in backticks in the first cell of each row. */
export function firstCells(text: string): string[] {
  return tableRows(text).flatMap(([cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}
