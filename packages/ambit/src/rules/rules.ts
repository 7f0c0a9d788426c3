import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { AmbitError } from '../errors.ts';
import type { Effect, Origin } from '../types.ts';
import { yamlMistake } from '../yamlmistake.ts';
import type { BoundaryFunction } from './boundarypath.ts';
import type { PlaceSource } from './placesource.ts';
import { bad, onlyKeys, record, type Where } from './reading.ts';

/** One `permissions` entry of a rule, as written. */
export interface PermissionEntry {
  readonly names: readonly string[];
  readonly boundaryType: string;
  readonly boundary?: string | BoundaryFunction | undefined;
  readonly boundaryArgument?: string | undefined;
  readonly group?: string | undefined;
  readonly origin?: Origin;
}

/** A rule as written, whichever way it was written. Several `scopes` (or `policies`) lists are all asked for. */
export interface RuleSource {
  readonly coordinate: string;
  readonly scopes?: readonly (readonly (readonly string[])[])[];
  readonly policies?: readonly (readonly (readonly string[])[])[];
  readonly permissions?: readonly PermissionEntry[];
  readonly authenticated?: boolean;
  readonly public?: boolean;
  readonly inherits?: boolean;
  /** Nobody may: it is in the schema for others than clients. Only SDL says so, with `@inaccessible`. */
  readonly never?: boolean;
  readonly effect?: Effect;
  readonly origin: Origin;
}

/** The one form of an identity under which it is compared; null where it can identify nothing. Pure, and at once. */
export type CanonicalFunction = (identity: string) => string | null;

/** How objects of one kind of boundary are identified and nested. */
export interface BoundaryKindSource {
  /** The kind of the boundary above, found by dropping the last segment of the identity. */
  readonly parent?: string;
  /** What separates the segments of an identity. Default `/`. */
  readonly separator?: string;
  /** `lowercase` folds ASCII letters before comparison; in code also a function. Default is to compare byte by byte. */
  readonly canonical?: 'lowercase' | CanonicalFunction;
  /**
   * Who tells which place an identity names and what lies above it: then neither is read from the identity. A rules
   * file says `asked`, and the function stands in `createAmbit({ boundaries })`; without one there is no such place.
   */
  readonly places?: 'asked' | PlaceSource;
}

/** A rules file, parsed. */
export interface RulesFile {
  readonly version: 1;
  readonly rest?: 'deny';
  readonly boundaries: Readonly<Record<string, BoundaryKindSource>>;
  readonly rules: readonly RuleSource[];
}

const FILE_KEYS = ['version', 'rest', 'boundaries', 'rules'];
const KIND_KEYS = ['parent', 'separator', 'canonical', 'places'];
const RULE_KEYS = ['scopes', 'permissions', 'authenticated', 'policies', 'public', 'inherits', 'effect'];
const ENTRY_KEYS = ['names', 'boundaryType', 'boundary', 'boundaryArgument', 'group'];
const EFFECTS = ['filter', 'reject', 'hide'];

/**
 * Parses the text of a rules file (YAML or JSON).
 * @throws AmbitError BAD_RULES naming file, line, what was found and the nearest valid key.
 */
export function parseRules(text: string, file?: string): RulesFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, logLevel: 'error' });
  // Also what YAML only warns of, such as a tag that it does not know and leaves out.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    throw new AmbitError('BAD_RULES', `the rules file is no valid YAML: ${yamlMistake(problem.code)}`, {
      file,
      line: problem.linePos?.[0].line,
    });
  }
  const where: Where = (path) => {
    const node = document.getIn(path, true);
    const offset =
      isNode(node) && !isAlias(node) && (isScalar(node) || isMap(node) || isSeq(node))
        ? node.range?.[0]
        : undefined;
    return {
      ...(file === undefined ? {} : { file }),
      ...(offset === undefined ? {} : { line: counter.linePos(offset).line }),
    };
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new AmbitError('BAD_RULES', 'the rules file has more aliases than a person would write', { file });
  }
  return rulesFrom(value, where);
}

/** The same from a value that is already parsed. @throws AmbitError BAD_RULES */
export function rulesFrom(value: unknown, where: Where = () => ({})): RulesFile {
  const file = record(value, 'the rules file', where, []);
  onlyKeys(file, FILE_KEYS, where, []);
  if (file['version'] !== 1) {
    throw bad(`\`version\` has to be 1; found ${JSON.stringify(file['version']) ?? 'nothing'}`, where, [
      'version',
    ]);
  }
  if (file['rest'] !== undefined && file['rest'] !== 'deny') {
    throw bad('`rest` can only be `deny`', where, ['rest']);
  }
  return {
    version: 1,
    ...(file['rest'] === 'deny' ? { rest: 'deny' as const } : {}),
    boundaries: boundariesFrom(file['boundaries'] ?? {}, where, ['boundaries']),
    rules: Object.entries(record(file['rules'] ?? {}, '`rules`', where, ['rules'])).map(
      ([coordinate, rule]) => ruleFrom(coordinate, rule, where, ['rules', coordinate]),
    ),
  };
}

/** Boundary kinds by name. @throws AmbitError BAD_RULES */
export function boundariesFrom(
  value: unknown,
  where: Where = () => ({}),
  path: readonly string[] = [],
): Record<string, BoundaryKindSource> {
  const kinds: Record<string, BoundaryKindSource> = Object.create(null);
  for (const [name, entry] of Object.entries(record(value, '`boundaries`', where, path))) {
    const at = [...path, name];
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      throw bad(`\`${name}\` is no name for a boundary kind; use lower case`, where, at);
    const kind = record(entry ?? {}, `\`${name}\``, where, at);
    onlyKeys(kind, KIND_KEYS, where, at);
    for (const key of ['parent', 'separator'] as const) {
      if (kind[key] !== undefined && (typeof kind[key] !== 'string' || kind[key] === '')) {
        throw bad(`\`${key}\` has to be a string that is not empty`, where, [...at, key]);
      }
    }
    const { canonical } = kind;
    if (canonical !== undefined && canonical !== 'lowercase' && typeof canonical !== 'function') {
      throw bad('`canonical` can only be `lowercase`, or a function in code', where, [...at, 'canonical']);
    }
    const { places } = kind;
    if (places !== undefined && places !== 'asked' && typeof places !== 'function')
      throw bad('`places` can only be `asked`, or a function in code', where, [...at, 'places']);
    const stray = ['separator', 'canonical'].find((key) => kind[key] !== undefined);
    if (places !== undefined && stray !== undefined)
      throw bad(`\`${stray}\` says nothing beside \`places\`, which tell what is what`, where, [
        ...at,
        stray,
      ]);
    kinds[name] = kind as BoundaryKindSource;
  }
  return kinds;
}

/** One rule out of a value that is already parsed. @throws AmbitError BAD_RULES */
export function ruleFrom(
  coordinate: string,
  value: unknown,
  where: Where = () => ({}),
  path: string[] = [],
): RuleSource {
  const rule = record(value, `the rule of \`${coordinate}\``, where, path);
  onlyKeys(rule, RULE_KEYS, where, path);
  for (const key of ['authenticated', 'public', 'inherits']) {
    if (rule[key] !== undefined && rule[key] !== true)
      throw bad(`\`${key}\` can only be true`, where, [...path, key]);
  }
  const effect = rule['effect'];
  if (effect !== undefined && !EFFECTS.includes(String(effect))) {
    throw bad('`effect` has to be `filter`, `reject` or `hide`', where, [...path, 'effect']);
  }
  if (Object.keys(rule).length === 0) throw bad(`the rule of \`${coordinate}\` is empty`, where, path);
  const strings = (key: string): { readonly [k: string]: readonly (readonly (readonly string[])[])[] } =>
    rule[key] === undefined ? {} : { [key]: [nested(rule[key], where, [...path, key])] };
  return {
    coordinate,
    origin: where(path),
    ...strings('scopes'),
    ...strings('policies'),
    ...(rule['permissions'] === undefined
      ? {}
      : { permissions: entriesFrom(rule['permissions'], where, [...path, 'permissions']) }),
    ...(rule['authenticated'] ? { authenticated: true } : {}),
    ...(rule['public'] ? { public: true } : {}),
    ...(rule['inherits'] ? { inherits: true } : {}),
    ...(effect === undefined ? {} : { effect: effect as Effect }),
  };
}

function entriesFrom(value: unknown, where: Where, path: string[]): PermissionEntry[] {
  if (!Array.isArray(value)) throw bad('`permissions` has to be a list of entries', where, path);
  return value.map((item: unknown, index) => {
    const at = [...path, index];
    const entry = record(item, 'a `permissions` entry', where, at);
    onlyKeys(entry, ENTRY_KEYS, where, at);
    const names = entry['names'];
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
      throw bad('`names` has to be a list of permission names', where, at);
    }
    for (const key of ['boundaryType', 'boundary', 'boundaryArgument', 'group']) {
      const set = entry[key] !== undefined;
      if ((set || key === 'boundaryType') && typeof entry[key] !== 'string') {
        throw bad(`\`${key}\` has to be a string`, where, at);
      }
    }
    return { ...(entry as unknown as PermissionEntry), origin: where(at) };
  });
}

function nested(value: unknown, where: Where, path: string[]): string[][] {
  const fits =
    Array.isArray(value) &&
    value.every((inner) => Array.isArray(inner) && inner.every((item) => typeof item === 'string'));
  if (!fits) {
    throw bad(
      `\`${path.at(-1) ?? 'the value'}\` has to be a list of lists of strings: any one list is enough, if all of it is held`,
      where,
      path,
    );
  }
  return value as string[][];
}
