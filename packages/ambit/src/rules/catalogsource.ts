import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { Origin } from '../types.ts';
import type { AssignableSource, CatalogSource, FolderSource, PermissionSource } from './catalog.ts';

const PERMISSION_KEYS = ['name', 'description'];
const BUNDLE_KEYS = [
  'name',
  'description',
  'permissions',
  'boundaries',
  'availability',
  'available_for',
  'category',
  'resource',
  'action',
  'deprecated',
];
const FOLDER_KEYS = ['name', 'description'];
const FILE_KEYS = ['permissions', 'permission_groups'];

/** The line of a file on which something stands, where that is known. */
export type LineOf = (path: readonly (string | number)[]) => number | undefined;

/**
 * A catalogue from one parsed value: `{ permissions: [...], permission_groups: [...] }`, where a permission is
 * a name or a mapping, or a plain list of names. @throws AmbitError BAD_CATALOG
 */
export function catalogFrom(
  value: unknown,
  origin: Origin = {},
  lineOf: LineOf = () => undefined,
): CatalogSource {
  const at = (...path: (string | number)[]): Origin => {
    const line = lineOf(path);
    return line === undefined ? origin : { ...origin, line };
  };
  if (Array.isArray(value)) {
    const permissions = value.map((item, index) => permissionFrom(item, at(index)));
    return { permissions, assignables: [] };
  }
  const file = mapping(value, 'a catalogue', origin);
  onlyKeys(file, FILE_KEYS, origin);
  return {
    permissions: list(file['permissions'] ?? [], '`permissions`', origin).map((item, index) =>
      permissionFrom(item, at('permissions', index)),
    ),
    assignables: list(file['permission_groups'] ?? [], '`permission_groups`', origin).map((item, index) =>
      bundleFrom(item, at('permission_groups', index)),
    ),
  };
}

/** One raw permission from its parsed file. @throws AmbitError BAD_CATALOG */
export function permissionFrom(value: unknown, origin: Origin = {}): PermissionSource {
  if (typeof value === 'string') return { name: value, origin };
  const entry = mapping(value, 'a permission', origin);
  onlyKeys(entry, PERMISSION_KEYS, origin);
  return { name: text(entry, 'name', origin), ...description(entry, origin), origin };
}

/** One assignable permission from its parsed file. @throws AmbitError BAD_CATALOG */
export function bundleFrom(value: unknown, origin: Origin = {}): AssignableSource {
  const entry = mapping(value, 'an assignable permission', origin);
  onlyKeys(entry, BUNDLE_KEYS, origin);
  const { deprecated } = entry;
  if (deprecated !== undefined && typeof deprecated !== 'boolean')
    throw bad('`deprecated` has to be true or false', origin);
  return {
    name: text(entry, 'name', origin),
    ...description(entry, origin),
    permissions: names(entry, 'permissions', origin),
    boundaries: names(entry, 'boundaries', origin),
    ...availability(entry, origin),
    ...(deprecated ? { deprecated } : {}),
    ...optional(entry, 'category', origin),
    ...optional(entry, 'resource', origin),
    ...optional(entry, 'action', origin),
    origin,
  };
}

/** How a folder is shown, from its parsed `.metadata.yml`. @throws AmbitError BAD_CATALOG */
export function folderFrom(value: unknown, path: string, origin: Origin = {}): FolderSource {
  const entry = mapping(value, 'the metadata of a folder', origin);
  onlyKeys(entry, FOLDER_KEYS, origin);
  return { path, ...optional(entry, 'name', origin), ...description(entry, origin) };
}

/** `available_for` is what catalogues of other systems call it. */
function availability(
  entry: Record<string, unknown>,
  origin: Origin,
): Pick<AssignableSource, 'availability'> {
  const { availability, available_for } = entry;
  if (availability !== undefined && available_for !== undefined)
    throw bad('`availability` and `available_for` are the same key; leave one', origin);
  if (availability !== undefined) return { availability: names(entry, 'availability', origin) };
  return available_for === undefined ? {} : { availability: names(entry, 'available_for', origin) };
}

function optional<Key extends string>(
  entry: Record<string, unknown>,
  key: Key,
  origin: Origin,
): { readonly [K in Key]?: string } {
  return (entry[key] === undefined ? {} : { [key]: text(entry, key, origin) }) as { [K in Key]?: string };
}

function mapping(value: unknown, what: string, origin: Origin): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw bad(`${what} has to be a mapping`, origin);
}

function list(value: unknown, what: string, origin: Origin): unknown[] {
  if (Array.isArray(value)) return value;
  throw bad(`${what} has to be a list`, origin);
}

function text(entry: Record<string, unknown>, key: string, origin: Origin): string {
  const value = entry[key];
  if (typeof value === 'string' && value !== '') return value;
  throw bad(`\`${key}\` has to be a string that is not empty`, origin);
}

function names(entry: Record<string, unknown>, key: string, origin: Origin): string[] {
  const value = list(entry[key], `\`${key}\``, origin);
  if (value.every((item): item is string => typeof item === 'string')) return value;
  throw bad(`\`${key}\` has to be a list of names`, origin);
}

function description(entry: Record<string, unknown>, origin: Origin): { readonly description?: string } {
  return optional(entry, 'description', origin);
}

function onlyKeys(entry: Record<string, unknown>, known: readonly string[], origin: Origin): void {
  for (const key of Object.keys(entry)) {
    if (known.includes(key)) continue;
    throw bad(`\`${key}\` is no known key here; known are ${known.join(', ')}`, origin, nearest(key, known));
  }
}

function bad(message: string, origin: Origin, suggestion?: string): AmbitError {
  return new AmbitError('BAD_CATALOG', message, { ...origin, suggestion });
}
