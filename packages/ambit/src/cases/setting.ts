import { printSchema } from 'graphql';
import { createAmbit } from '../create.ts';
import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import { yamlIn } from '../load/yaml.ts';
import { fileBeside, loadPermissions, loadRules, readSchema, readText, readYaml } from '../load.ts';
import type { CatalogSource } from '../rules/catalog.ts';
import { catalogFrom } from '../rules/catalogsource.ts';
import type { PlaceName } from '../rules/placesource.ts';
import {
  type BoundaryKindSource,
  boundariesFrom,
  parseRules,
  type RulesFile,
  rulesFrom,
} from '../rules/rules.ts';
import { schemaFromSdl } from '../schema.ts';
import type { Setting } from './case.ts';
import { Reader } from './reader.ts';

/** Keys that a file sets for all of its cases and that a case may set for itself. */
export const SETTING_KEYS: readonly string[] = [
  'schema',
  'rules',
  'permissions',
  'boundaries',
  'coverage',
  'granularOnly',
];

/** A setting, and the engine made of it. */
export interface Prepared extends Setting {
  readonly engine: Ambit;
}

/** What whoever runs the cases puts in the place of what their files say, each a path. */
export type Instead = Readonly<Record<string, string | undefined>>;

/** Reads settings, each once: cases that say nothing of their own share what their file says. */
export class Settings {
  readonly #file: Reader;
  readonly #instead: Instead;
  readonly #known = new Map<string, Promise<Prepared>>();

  constructor(file: Reader, instead: Instead) {
    this.#file = file;
    this.#instead = instead;
  }

  /** What a case is decided in. @throws AmbitError naming the case file, or the file that it names */
  of(one: Reader): Promise<Prepared> {
    const parts = Object.fromEntries(SETTING_KEYS.map((key) => [key, this.#part(one, key)]));
    const key = JSON.stringify(SETTING_KEYS.map((name) => parts[name]?.value ?? null));
    const known = this.#known.get(key) ?? prepare(parts, one);
    this.#known.set(key, known);
    return known;
  }

  #part(one: Reader, key: string): Reader {
    const own = one.at(key);
    if (own.value !== undefined) return own;
    const instead = this.#instead[key];
    return instead === undefined ? this.#file.at(key) : Reader.of(instead, `--${key}`);
  }
}

async function prepare(parts: Readonly<Record<string, Reader>>, one: Reader): Promise<Prepared> {
  const { schema, rules, permissions, boundaries, coverage, granularOnly } = parts;
  if (!schema || schema.value === undefined)
    throw one.bad('there is no `schema`, neither for the file nor for the case');
  const read = await schemaOf(schema);
  const setting = {
    rules: rules && (await located(rules, () => rulesOf(rules))),
    permissions: permissions && (await located(permissions, () => permissionsOf(permissions))),
    boundaries: boundaries && (await located(boundaries, () => boundariesOf(boundaries))),
    coverage: coverage?.word('`coverage`', ['strict', 'open'] as const),
    // What it may hold is for the engine to say.
    granularOnly: granularOnly?.value as readonly PlaceName[] | undefined,
  };
  const engine = await located(schema, async () => createAmbit({ schema: read.schema, ...setting }));
  return { sdl: read.sdl, ...setting, engine };
}

async function schemaOf(source: Reader): Promise<{ schema: Ambit['policy']['schema']; sdl: string }> {
  const text = source.text('`schema`') ?? '';
  const path = await pathOf(source, text);
  if (path === undefined)
    return { schema: (await located(source, async () => schemaFromSdl(text))).schema, sdl: text };
  const { schema } = await readSchema(path);
  const written = /^https?:/.test(path) ? '{' : await readText(path);
  return { schema, sdl: written.trimStart().startsWith('{') ? printSchema(schema) : written };
}

async function rulesOf(source: Reader): Promise<RulesFile | undefined> {
  if (source.value === undefined) return undefined;
  if (typeof source.value !== 'string') return rulesFrom(source.value);
  const path = await pathOf(source, source.value);
  return path === undefined ? parseRules(source.value) : loadRules(path);
}

async function permissionsOf(source: Reader): Promise<CatalogSource | undefined> {
  if (source.value === undefined) return undefined;
  if (typeof source.value !== 'string') return catalogFrom(source.value);
  const path = await pathOf(source, source.value);
  return path === undefined ? catalogFrom(yamlIn(source.value, 'BAD_CATALOG').value) : loadPermissions(path);
}

async function boundariesOf(source: Reader): Promise<Record<string, BoundaryKindSource> | undefined> {
  if (source.value === undefined) return undefined;
  if (typeof source.value !== 'string') return boundariesFrom(source.value);
  const path = await pathOf(source, source.value);
  return boundariesFrom(
    path === undefined ? yamlIn(source.value, 'BAD_RULES').value : await readYaml(path, 'BAD_RULES'),
  );
}

/** A text that names something there is a path; one that looks like a path and names nothing is a slip. */
async function pathOf(source: Reader, text: string): Promise<string | undefined> {
  if (/^https?:\/\/\S+$/.test(text)) return text;
  if (text.includes('\n') || text.trim() === '') return undefined;
  const path = await fileBeside(source.file, text);
  if (path === undefined && /^[^\s{}:]+$/.test(text) && /[./]/.test(text)) {
    throw source.bad(`there is no \`${text}\` beside this file`, 'check the path, or write it inline');
  }
  return path;
}

/** Complaints about what stands inline count lines from where it begins: a block of text starts below its key. */
async function located<T>(source: Reader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AmbitError) || error.file !== undefined) throw error;
    const isBlock = typeof source.value === 'string' && source.value.includes('\n');
    const start = source.line;
    const line = start !== undefined && isBlock && error.line !== undefined ? start + error.line : start;
    throw new AmbitError(error.code, error.message, {
      file: source.file,
      line,
      suggestion: error.suggestion,
    });
  }
}
