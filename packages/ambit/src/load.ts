import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import { AmbitError, type AmbitErrorCode } from './errors.ts';
import { tolerating } from './graphql/tolerated.ts';
import { introspect, isAddress, shownPlace } from './load/address.ts';
import { definitionsIn, METADATA, type Placed, refuseMistyped, unreadable } from './load/definitions.ts';
import { yamlIn } from './load/yaml.ts';
import type { CatalogSource } from './rules/catalog.ts';
import { bundleFrom, catalogFrom, folderFrom, permissionFrom } from './rules/catalogsource.ts';
import { parseRules, type RulesFile } from './rules/rules.ts';
import { type ReadSchema, schemaFromSdl } from './schema.ts';

/**
 * A schema from a path to SDL or introspection JSON, or from the URL of an API that answers introspection.
 * @throws AmbitError BAD_SCHEMA or UNREADABLE
 */
export async function loadSchema(place: string): Promise<GraphQLSchema> {
  return (await readSchema(place)).schema;
}

/** The same, with what was odd about the schema. @throws AmbitError BAD_SCHEMA or UNREADABLE */
export async function readSchema(place: string): Promise<ReadSchema> {
  if (isAddress(place)) return fromIntrospection(await introspect(place), shownPlace(place));
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
  } catch {
    // The library's own words repeat the answer.
    throw new AmbitError('BAD_SCHEMA', 'this is no whole answer to an introspection query', {
      file: place,
      suggestion: 'see that the API answers introspection to whoever asks, or give the schema as a file',
    });
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
    const { value, lineOf } = yamlIn(await readText(path), 'BAD_CATALOG', path);
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
  return yamlIn(await readText(path), code, path).value;
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
