import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { z } from 'zod';

import { ServerError, systemCode } from '../../errors.ts';
import { TABLE_SINCE, type Tables } from '../tables.ts';
import { STORE_VERSION } from '../version.ts';

/*
 * An export is JSON lines: a header; one line for each row, a table before those that refer to it, with the row as
 * PostgreSQL writes it (`to_jsonb`); and an end with the number of rows and SHA-256 of every byte before it. The digest
 * finds what was cut off or damaged. It proves nothing about who made the file.
 */
const FORMAT = 1;
const LONGEST_LINE = 64 * 1024 * 1024;

const headerShape = z.object({
  ambit: z.literal('store'),
  format: z.number().int().positive(),
  store: z.number().int().positive(),
  made: z.string(),
  counts: z.record(z.string(), z.number().int().nonnegative()),
});
const endShape = z.object({
  end: z.object({ rows: z.number().int().nonnegative(), sha256: z.string().length(64) }),
});

/** How many rows of each table. */
export type Counts = Readonly<Record<string, number>>;

export interface ExportHeader {
  /** The version of the store that it was made of. */
  readonly store: number;
  /** When, ISO 8601. */
  readonly made: string;
  readonly counts: Counts;
}

/** The tables that a store of one version has, a table before those that refer to it. */
export function tablesOf(version: number): readonly (keyof Tables)[] {
  const all = Object.keys(TABLE_SINCE) as (keyof Tables)[];
  return all.filter((table) => TABLE_SINCE[table] <= version);
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Makes the lines of an export; each goes out with a line feed after it. */
export class ExportLines {
  readonly #digest: Hash = createHash('sha256');
  #rows = 0;

  header({ store, made, counts }: ExportHeader): string {
    return this.#counted(JSON.stringify({ ambit: 'store', format: FORMAT, store, made, counts }));
  }

  /** `row` is JSON already, and stays as it is: numbers may have more digits than ours. */
  row(table: string, row: string): string {
    this.#rows += 1;
    return this.#counted(`${prefixOf(table)}${row}}`);
  }

  end(): string {
    return JSON.stringify({ end: { rows: this.#rows, sha256: this.#digest.digest('hex') } });
  }

  #counted(line: string): string {
    this.#digest.update(`${line}\n`);
    return line;
  }
}

/** One row of an export, as the JSON that it came as. */
export interface ExportedRow {
  readonly table: keyof Tables;
  readonly row: string;
}

/** A whole export that was checked to its end. */
export interface CheckedExport extends ExportHeader {
  readonly sha256: string;
}

/**
 * Reads an export, giving `take` each row in order, and checks all of it: only when it is fulfilled is it known to be
 * whole. Throws `ServerError`: `EXPORT_INVALID`, or `STORE_UNKNOWN` where a newer release made it.
 */
export async function readExport(
  path: string,
  take: (row: ExportedRow, header: ExportHeader) => Promise<void> | void,
): Promise<CheckedExport> {
  const digest = createHash('sha256');
  const counts: Record<string, number> = {};
  let header: ExportHeader | undefined;
  let end: { readonly rows: number; readonly sha256: string } | undefined;
  for await (const line of linesOf(path)) {
    if (end !== undefined) throw invalid('goes on after its end');
    if (header === undefined) header = headerOf(line);
    else if (line.startsWith('{"end"')) {
      end = endOf(line);
      continue;
    } else {
      const row = rowOf(line, header);
      counts[row.table] = (counts[row.table] ?? 0) + 1;
      await take(row, header);
    }
    digest.update(`${line}\n`);
  }
  if (header === undefined) throw invalid('is empty');
  if (end === undefined) throw invalid('has no end: it was cut off');
  const sha256 = digest.digest('hex');
  const asSaid = tablesOf(header.store).every(
    (table) => (header.counts[table] ?? 0) === (counts[table] ?? 0),
  );
  if (sha256 !== end.sha256 || totalOf(counts) !== end.rows || !asSaid)
    throw invalid('is not as it was written: its digest or its number of rows is another');
  return { ...header, sha256 };
}

function headerOf(line: string): ExportHeader {
  const found = headerShape.safeParse(jsonOf(line));
  if (!found.success) throw invalid('does not begin as an export of Ambit');
  const { format, store, made, counts } = found.data;
  if (format > FORMAT || store > STORE_VERSION) {
    throw new ServerError(
      'STORE_UNKNOWN',
      `The export is of store version ${store} in format ${format}, and this release knows up to ${STORE_VERSION} in format ${FORMAT}. Nothing was changed.`,
      'Use the newer release that made it.',
    );
  }
  return { store, made, counts };
}

function endOf(line: string): { readonly rows: number; readonly sha256: string } {
  const found = endShape.safeParse(jsonOf(line));
  if (!found.success) throw invalid('has an end of another form');
  return found.data.end;
}

function rowOf(line: string, { store }: ExportHeader): ExportedRow {
  const table = tablesOf(store).find((name) => line.startsWith(prefixOf(name)));
  if (table === undefined || jsonOf(line) === undefined)
    throw invalid('has a line that is no row of its store');
  return { table, row: line.slice(prefixOf(table).length, -1) };
}

function prefixOf(table: string): string {
  return `{"table":"${table}","row":`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// By line feeds alone: other readers of lines also end them at characters that JSON may hold.
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const part of createReadStream(path, 'utf8')) {
      const lines = (rest + String(part)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw invalid('has a line that is too long');
      yield* lines;
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || error instanceof ServerError) throw error;
    throw new ServerError('USAGE', `The file ${path} cannot be read (${code}).`);
  }
  if (rest !== '') throw invalid('was cut off within a line');
}

function invalid(what: string): ServerError {
  return new ServerError(
    'EXPORT_INVALID',
    `The file ${what}. Nothing was imported.`,
    'Take the file as ambit-server export wrote it, or export again.',
  );
}
