import { text as readAll } from 'node:stream/consumers';
import { type DocumentNode, GraphQLError, Kind, parse, Source } from 'graphql';
import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { parseGrants } from '../grants/grants.ts';
import { readText, readYaml } from '../load.ts';
import type { Grants } from '../types.ts';

/** Where an operation comes from when its file is given as `-`. */
const STDIN = '-';

/** A document as it was read, with the names of its operations. */
export interface ReadOperation {
  readonly file: string;
  readonly document: DocumentNode;
  /** Null for an operation without a name. */
  readonly names: readonly (string | null)[];
}

/** Reads one document; `-` is stdin. @throws AmbitError UNREADABLE or BAD_OPERATION */
export async function readOperation(file: string): Promise<ReadOperation> {
  const source = file === STDIN ? await readAll(process.stdin) : await readText(file);
  try {
    const document = parse(new Source(source, file));
    const names = document.definitions.flatMap((one) =>
      one.kind === Kind.OPERATION_DEFINITION ? [one.name?.value ?? null] : [],
    );
    if (names.length > 0) return { file, document, names };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new AmbitError('BAD_OPERATION', `the document is not GraphQL: ${error.message}`, {
      file,
      line: error.locations?.[0]?.line,
    });
  }
  throw new AmbitError('BAD_OPERATION', 'the document holds no operation', {
    file,
    suggestion: 'fragments are read together with the operation that spreads them, from one file',
  });
}

/** The operations asked for: the one that is named, or all. @throws AmbitError BAD_OPERATION for a name that is not there */
export function chosenNames(read: ReadOperation, wanted: string | undefined): readonly (string | null)[] {
  if (wanted === undefined) return read.names;
  if (read.names.includes(wanted)) return [wanted];
  const names = read.names.filter((name) => name !== null);
  throw new AmbitError(
    'BAD_OPERATION',
    `there is no operation \`${wanted}\` in the document; it has ${names.join(', ') || 'one without a name'}`,
    {
      file: read.file,
      suggestion: nearest(wanted, names),
    },
  );
}

/** The one operation asked for. @throws AmbitError BAD_OPERATION where it has to be named */
export function oneName(read: ReadOperation, wanted: string | undefined): string | undefined {
  const names = chosenNames(read, wanted);
  if (names.length === 1) return names[0] ?? undefined;
  throw new AmbitError(
    'BAD_OPERATION',
    `the document holds ${names.length} operations: ${names.join(', ')}`,
    {
      file: read.file,
      suggestion: 'say which one with --operation-name',
    },
  );
}

/** Grants out of a file. @throws AmbitError UNREADABLE or BAD_GRANTS */
export async function readGrants(file: string): Promise<Grants> {
  const value = await readYaml(file, 'BAD_GRANTS');
  return inFile({ other: file }, () => parseGrants(value));
}

/** Variables out of a file. @throws AmbitError UNREADABLE or BAD_VARIABLES */
export async function readVariables(
  file: string | undefined,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (file === undefined) return undefined;
  const value = await readYaml(file, 'BAD_VARIABLES');
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new AmbitError('BAD_VARIABLES', 'variables have to be a mapping from name to value', { file });
}

/** Runs `work`, and names in what it throws the file that the code belongs to. */
export function inFile<T>(
  files: { readonly [code: string]: string | undefined; readonly other: string },
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AmbitError) || error.file !== undefined) throw error;
    const { code, message, line } = error;
    const isAsked = code === 'BAD_VARIABLES' && files[code] === undefined;
    const suggestion = isAsked ? 'give them with --variables FILE' : error.suggestion;
    throw new AmbitError(code, message, { file: files[code] ?? files.other, line, suggestion });
  }
}
