import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { Origin } from '../types.ts';
import type { Catalog } from './catalog.ts';

/** What one assignable permission gives: which raw permissions, and where it can be granted. */
export interface BundleContent {
  readonly permissions: readonly string[];
  readonly boundaries: readonly string[];
}

/** What every assignable permission gives, by name. Deprecated ones are in it: tokens still hold them. */
export type Snapshot = ReadonlyMap<string, BundleContent>;

/** What came, and what went. */
export interface Difference {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** How one assignable permission differs between two catalogues. */
export interface BundleChange {
  readonly name: string;
  readonly change: 'new' | 'changed' | 'removed';
  readonly permissions: Difference;
  readonly boundaries: Difference;
}

/** Stands for every kind of boundary: a catalogue without bundles limits none. */
export const ANY_KIND = '*';

/** A kind of boundary as people read it. */
export function kindText(kind: string): string {
  return kind === ANY_KIND ? 'any kind' : kind;
}

/** What a catalogue gives today. Without bundles, each raw permission is its own, in every kind (M24). */
export function snapshotOf({ permissions, assignables }: Catalog): Snapshot {
  const own = [...permissions.keys()].map((name) => ({ name, permissions: [name], boundaries: [ANY_KIND] }));
  const bundles = assignables.size === 0 ? own : [...assignables.values()];
  return new Map(
    bundles
      .map((bundle): [string, BundleContent] => [
        bundle.name,
        { permissions: sorted(bundle.permissions), boundaries: sorted(bundle.boundaries) },
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** How `after` differs from `before`, by name; nothing where tokens are given the same by both. */
export function compareSnapshots(before: Snapshot, after: Snapshot): BundleChange[] {
  const names = sorted([...before.keys(), ...after.keys()]);
  return names.flatMap((name): BundleChange[] => {
    const old = before.get(name);
    const now = after.get(name);
    const permissions = difference(old?.permissions, now?.permissions);
    const boundaries = difference(old?.boundaries, now?.boundaries);
    const change = old === undefined ? 'new' : now === undefined ? 'removed' : 'changed';
    if (change === 'changed' && isNone(permissions) && isNone(boundaries)) return [];
    return [{ name, change, permissions, boundaries }];
  });
}

/** What `after` has and `before` has not, and the other way round; sorted. */
export function difference(before: readonly string[] = [], after: readonly string[] = []): Difference {
  return {
    gained: sorted(after.filter((one) => !before.includes(one))),
    lost: sorted(before.filter((one) => !after.includes(one))),
  };
}

/** Whether nothing came and nothing went. */
export function isNone({ gained, lost }: Difference): boolean {
  return gained.length === 0 && lost.length === 0;
}

const FILE_KEYS = ['version', 'bundles'];
const BUNDLE_KEYS = ['permissions', 'boundaries'];

/** Whether a parsed file says that it is a baseline, and no catalogue. */
export function isBaseline(value: unknown): boolean {
  return isRecord(value) && 'bundles' in value;
}

/** A baseline from its parsed file. @throws AmbitError BAD_CATALOG */
export function snapshotFrom(value: unknown, origin: Origin): Snapshot {
  const file = record(value, 'a baseline', FILE_KEYS, origin);
  if (file['version'] !== 1) throw bad('`version` of a baseline has to be 1', origin);
  const { bundles } = file;
  if (!isRecord(bundles)) throw bad('`bundles` has to be a mapping from name to what it stands for', origin);
  return new Map(
    Object.entries(bundles).map(([name, content]) => {
      const entry = record(content, `\`${name}\``, BUNDLE_KEYS, origin);
      return [
        name,
        { permissions: names(entry, 'permissions', origin), boundaries: names(entry, 'boundaries', origin) },
      ];
    }),
  );
}

/** A baseline as YAML: one line each bundle, sorted, so that a change is one line to review. */
export function snapshotText(snapshot: Snapshot): string {
  const lines = [...snapshot].map(
    ([name, { permissions, boundaries }]) =>
      `  ${name}: { permissions: [${permissions.join(', ')}], boundaries: [${boundaries.map(quoted).join(', ')}] }`,
  );
  return [
    '# What each assignable permission gives, as it was agreed. `ambit check --baseline` fails where the catalogue',
    '# says something else; `ambit check --write-baseline` writes this file anew.',
    'version: 1',
    lines.length === 0 ? 'bundles: {}' : 'bundles:',
    ...lines,
    '',
  ].join('\n');
}

function quoted(kind: string): string {
  return /^[a-z][a-z0-9_]*$/.test(kind) ? kind : JSON.stringify(kind);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(
  value: unknown,
  what: string,
  known: readonly string[],
  origin: Origin,
): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw bad(`${what} has to be a mapping`, origin);
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    throw bad(
      `\`${key}\` is no known key of ${what}; known are ${known.join(', ')}`,
      origin,
      nearest(key, known),
    );
  }
  return value;
}

function names(entry: Readonly<Record<string, unknown>>, key: string, origin: Origin): string[] {
  const value = entry[key];
  if (Array.isArray(value) && value.every((one): one is string => typeof one === 'string'))
    return sorted(value);
  throw bad(`\`${key}\` of a baseline has to be a list of names`, origin);
}

function bad(
  message: string,
  origin: Origin,
  suggestion = 'write it anew with `ambit check --write-baseline FILE`',
): AmbitError {
  return new AmbitError('BAD_CATALOG', message, { ...origin, suggestion });
}
