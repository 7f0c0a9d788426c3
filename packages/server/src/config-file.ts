import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';

import { deadAlias, yamlMistake } from './config-yaml.ts';
import { ServerError, systemCode } from './errors.ts';
import { shownPath } from './mistakes.ts';

const DEFAULT_NAMES = ['ambit.yml', 'ambit.yaml'] as const;

// Options nest three levels; the rest is room for what they are mistaken for.
const DEEPEST = 20;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration file as parsed, before its variables are put in. */
export interface ConfigFile {
  readonly path: string;
  readonly content: unknown;
  /** `FILE:LINE` of what stands at a path of keys, as near as it is known. */
  where(path: readonly PropertyKey[]): string;
}

/** The file that `--config` names, or `ambit.yml` in the working folder; nothing when there is neither. */
export function findConfigFile(named: string | undefined, folder: string): string | undefined {
  if (named !== undefined) return resolve(folder, named);
  return DEFAULT_NAMES.map((name) => resolve(folder, name)).find((path) => existsSync(path));
}

/** Reads a YAML file. Throws `ServerError` `CONFIG_INVALID` when it cannot be read or is not one mapping. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const lines = new LineCounter();
  const text = await textOf(path);
  // Its warnings, which repeat what stands in the file, are not for the terminal.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  const document = resolving(path, () => parseDocument(text, options));
  const lineAt = (offset: number): string => `${path}:${lines.linePos(offset).line}`;
  // What YAML only warns of, such as a tag that it does not know, swallows a part of what was meant.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw notYaml(lineAt(error.pos[0]), yamlMistake(error.code));
  const dead = deadAlias(document);
  if (dead !== undefined) throw notYaml(lineAt(dead), 'an alias, *name, has no anchor, &name, before it');
  const content: unknown = resolving(path, () => document.toJS());
  if (nestsDeeper(content, DEEPEST)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `${path} nests more than ${DEEPEST} levels, or holds itself by an alias; no option needs that.`,
      'Write the options out, without the alias.',
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `${path} must hold a mapping of options; it holds something else.`,
      'It needs at least `schema` and `upstream`.',
    );
  }
  return { path, content, where: (keys) => `${path}${lineOf(document, lines, keys)}` };
}

function notYaml(where: string, mistake: string): ServerError {
  const suggestion = 'Put a text into quotes that begins with a sign such as * & ! | > % @ or {.';
  return new ServerError('CONFIG_INVALID', `${where}: this is not YAML: ${mistake}.`, suggestion);
}

// What aliases come to is known only here: too many of them are thrown and not among the errors.
function resolving<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch {
    throw new ServerError(
      'CONFIG_INVALID',
      `${path}: this YAML cannot be resolved: its aliases stand for too much, or it nests too deeply.`,
      'Write the options out, without anchors and aliases and without deep nesting.',
    );
  }
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => nestsDeeper(item, levels - 1));
}

/**
 * Puts the environment into every `${NAME}` in the strings of a value. Throws `ServerError` `CONFIG_INVALID` for a
 * variable that is unset or empty (an empty credential would be an open door) and for any other `${`.
 */
export function substitute(
  file: ConfigFile,
  value: unknown,
  env: Environment,
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') return substituteText(file, value, env, path);
  if (Array.isArray(value)) return value.map((item, index) => substitute(file, item, env, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(file, item, env, [...path, key])]),
  );
}

function substituteText(
  file: ConfigFile,
  text: string,
  env: Environment,
  path: readonly PropertyKey[],
): string {
  return text.replace(/\$\{([^}]*)\}?/g, (whole, name: string) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !whole.endsWith('}')) {
      throw new ServerError(
        'CONFIG_INVALID',
        `${file.where(path)}: \`${shownPath(path)}\` holds \${ without the name of a variable and a closing brace.`,
        'Write a dollar sign and {NAME}; there are no defaults and no other forms.',
      );
    }
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new ServerError(
      'CONFIG_INVALID',
      `${file.where(path)}: \`${shownPath(path)}\` needs the environment variable ${name}, which is ${value === '' ? 'empty' : 'not set'}.`,
      `Set ${name} before starting the server.`,
    );
  });
}

function lineOf(document: Document, lines: LineCounter, keys: readonly PropertyKey[]): string {
  for (let length = keys.length; length > 0; length -= 1) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
    const key = keys[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = pair?.key ?? document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`;
  }
  return '';
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ServerError(
      'CONFIG_INVALID',
      `The configuration ${path} cannot be read (${systemCode(error) ?? 'unknown reason'}).`,
      'Name another file with --config.',
    );
  }
}
