import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { AmbitError, type AmbitErrorCode } from './errors.ts';
import { tolerating } from './graphql/tolerated.ts';
import { definitionsIn, METADATA, type Placed, refuseMistyped, unreadable } from './load/definitions.ts';
import type { CatalogSource } from './rules/catalog.ts';
import { bundleFrom, catalogFrom, folderFrom, type LineOf, permissionFrom } from './rules/catalogsource.ts';
import { parseRules, type RulesFile } from './rules/rules.ts';
import { type ReadSchema, schemaFromSdl } from './schema.ts';

/** Seconds that a URL has to answer introspection. */
const INTROSPECTION_SECONDS = 30;
/** A few aliases save people writing; many make a small file a huge one. */
const MAX_ALIASES = 100;

/**
 * A schema from a path to SDL or introspection JSON, or from the URL of an API that answers introspection.
 * @throws AmbitError BAD_SCHEMA or UNREADABLE
 */
export async function loadSchema(place: string): Promise<GraphQLSchema> {
  return (await readSchema(place)).schema;
}

/** The same, with what was odd about the schema. @throws AmbitError BAD_SCHEMA or UNREADABLE */
export async function readSchema(place: string): Promise<ReadSchema> {
  if (/^https?:\/\//.test(place)) return fromIntrospection(await introspect(place), place);
  const text = await readText(place);
  if (!text.trimStart().startsWith('{')) return schemaFromSdl(text, place);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AmbitError('BAD_SCHEMA', 'the file begins like JSON and is not valid JSON', { file: place });
  }
  return fromIntrospection(value, place);
}

function fromIntrospection(value: unknown, place: string): ReadSchema {
  const root = typeof value === 'object' && value !== null ? value : {};
  const data = 'data' in root ? root.data : root;
  try {
    return tolerating(buildClientSchema(data as IntrospectionQuery));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : '';
    throw new AmbitError('BAD_SCHEMA', `this is no answer to an introspection query: ${why ?? ''}`, {
      file: place,
    });
  }
}

async function introspect(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: getIntrospectionQuery() }),
      signal: AbortSignal.timeout(INTROSPECTION_SECONDS * 1000),
    });
    return await response.json();
  } catch (error) {
    throw new AmbitError(
      'UNREADABLE',
      `${url} did not answer introspection: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

/** A rules file. @throws AmbitError BAD_RULES or UNREADABLE */
export async function loadRules(path: string): Promise<RulesFile> {
  return parseRules(await readText(path), path);
}

/**
 * A catalogue: a folder with `permissions/` and `permission_groups/` (one YAML file each permission, and
 * `.metadata.yml` for how folders are shown), or one file that holds both.
 * @throws AmbitError BAD_CATALOG or UNREADABLE
 */
export async function loadPermissions(path: string): Promise<CatalogSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw unreadable(path);
  if (!found.isDirectory()) {
    const { value, lineOf } = await readLines(path, 'BAD_CATALOG');
    return catalogFrom(value, { file: path }, lineOf);
  }
  await refuseMistyped(path);
  const raw = await definitionsIn(join(path, 'permissions'));
  const groups = await definitionsIn(join(path, 'permission_groups'));
  const permissions = await each(raw.definitions, async ({ file, place }) => ({
    ...permissionFrom(await readYaml(file), { file, line: 1 }),
    place,
  }));
  if (permissions.length === 0) {
    throw new AmbitError('BAD_CATALOG', 'the folder holds no permission', {
      file: path,
      suggestion: 'put one file each permission under permissions/<resource>/<action>.yml',
    });
  }
  const assignables = await each(groups.definitions, async ({ file, place }) => ({
    ...bundleFrom(await readYaml(file), { file, line: 1 }),
    place,
  }));
  if (groups.exists && assignables.length === 0) {
    throw new AmbitError('BAD_CATALOG', 'there is a folder `permission_groups`, and no bundle in it', {
      file: path,
      suggestion: 'put one file each bundle there; without the folder every permission is granted as it is',
    });
  }
  const folders = await each(groups.metadata, async ({ file, place }) =>
    folderFrom(await readYaml(file), place.slice(0, -METADATA.length - 1), { file, line: 1 }),
  );
  return { permissions, assignables, folders };
}

/** How many files are open at a time: systems limit it, and a catalogue may hold thousands. */
const AT_A_TIME = 64;

async function each<T>(files: readonly Placed[], read: (placed: Placed) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let from = 0; from < files.length; from += AT_A_TIME)
    done.push(...(await Promise.all(files.slice(from, from + AT_A_TIME).map(read))));
  return done;
}

/** One YAML or JSON file, parsed. @throws AmbitError with `code`, or UNREADABLE */
export async function readYaml(path: string, code: AmbitErrorCode = 'BAD_CATALOG'): Promise<unknown> {
  return (await readLines(path, code)).value;
}

/** The same, and on which line what stands. */
async function readLines(
  path: string,
  code: AmbitErrorCode,
): Promise<{ readonly value: unknown; readonly lineOf: LineOf }> {
  const counter = new LineCounter();
  const document = parseDocument(await readText(path), { lineCounter: counter, uniqueKeys: true });
  const [problem] = document.errors;
  if (problem) {
    throw new AmbitError(code, `not valid YAML: ${problem.message.split('\n')[0] ?? ''}`, {
      file: path,
      line: problem.linePos?.[0].line,
    });
  }
  const lineOf: LineOf = (steps) => {
    const node = document.getIn(steps, true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? undefined : counter.linePos(offset).line;
  };
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), lineOf };
  } catch {
    throw new AmbitError(code, 'its aliases lead nowhere or stand for too much', {
      file: path,
      suggestion: 'write out what they stand for',
    });
  }
}

/** A file's text. @throws AmbitError UNREADABLE */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw unreadable(path);
  }
}

/** The path that `reference` names, seen from `file`; undefined where nothing is there. */
export async function fileBeside(file: string, reference: string): Promise<string | undefined> {
  const path = resolve(dirname(file), reference);
  return (await stat(path).catch(() => undefined)) ? path : undefined;
}
