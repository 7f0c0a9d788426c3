import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import type { Origin } from '../types.ts';
import { isPermissionName } from './naming.ts';

/** A raw permission, as its file says. */
export interface PermissionSource {
  readonly name: string;
  readonly description?: string;
  /** Its file, seen from `permissions/`: `issue/read.yml`. Absent where one file holds several. */
  readonly place?: string;
  readonly origin?: Origin;
}

/** An assignable permission, as its file says. */
export interface AssignableSource {
  readonly name: string;
  readonly description?: string;
  readonly permissions: readonly string[];
  readonly boundaries: readonly string[];
  /** Where forms propose it. What a token may do does not depend on it. */
  readonly availability?: readonly string[];
  readonly deprecated?: boolean;
  /** How people find it: category, resource and action, as they are shown. */
  readonly category?: string;
  readonly resource?: string;
  readonly action?: string;
  /** Its file, seen from `permission_groups/`: `planning/issue/read.yml`. Absent where one file holds several. */
  readonly place?: string;
  readonly origin?: Origin;
}

/** How a folder of a catalogue is shown: what its `.metadata.yml` says. */
export interface FolderSource {
  /** The folder, seen from `permission_groups/`: `planning`, `planning/issue`. */
  readonly path: string;
  readonly name?: string;
  readonly description?: string;
}

/** What a catalogue says, before it is checked. */
export interface CatalogSource {
  readonly permissions: readonly PermissionSource[];
  readonly assignables: readonly AssignableSource[];
  readonly folders?: readonly FolderSource[];
}

/** The permissions there are, and the bundles that people pick from. */
export interface Catalog {
  readonly permissions: ReadonlyMap<string, PermissionSource>;
  /** Empty when there is no catalogue of bundles: then each raw permission is its own assignable. */
  readonly assignables: ReadonlyMap<string, AssignableSource>;
  readonly folders: readonly FolderSource[];
}

/** Checks a catalogue and makes it ready for look-ups. @throws AmbitError BAD_CATALOG */
export function buildCatalog(source: CatalogSource, kinds: readonly string[]): Catalog {
  const permissions = new Map<string, PermissionSource>();
  for (const permission of source.permissions) {
    wellNamed(permission);
    if (permissions.has(permission.name)) throw twice('permission', permission);
    permissions.set(permission.name, permission);
  }
  const assignables = new Map<string, AssignableSource>();
  const bundleOf = new Map<string, string>();
  for (const bundle of source.assignables) {
    wellNamed(bundle);
    if (assignables.has(bundle.name)) throw twice('assignable permission', bundle);
    checkBundle(bundle, permissions, kinds);
    for (const raw of bundle.deprecated ? [] : bundle.permissions) {
      const other = bundleOf.get(raw);
      if (other !== undefined) {
        throw bad(
          `permission \`${raw}\` is in two bundles, \`${other}\` and \`${bundle.name}\``,
          bundle.origin,
          'leave it in one of them, or mark one as deprecated',
        );
      }
      bundleOf.set(raw, bundle.name);
    }
    assignables.set(bundle.name, bundle);
  }
  return { permissions, assignables, folders: source.folders ?? [] };
}

function checkBundle(
  bundle: AssignableSource,
  permissions: ReadonlyMap<string, PermissionSource>,
  kinds: readonly string[],
): void {
  if (bundle.permissions.length === 0) throw bad(`\`${bundle.name}\` bundles no permission`, bundle.origin);
  if (bundle.boundaries.length === 0)
    throw bad(`\`${bundle.name}\` names no boundary in which it can be granted`, bundle.origin);
  for (const raw of bundle.permissions) {
    if (permissions.has(raw)) continue;
    throw bad(
      `\`${bundle.name}\` bundles the unknown permission \`${raw}\``,
      bundle.origin,
      nearest(raw, permissions.keys()),
    );
  }
  for (const kind of bundle.boundaries) {
    if (kinds.includes(kind)) continue;
    throw bad(
      `\`${bundle.name}\` names the unknown boundary kind \`${kind}\`; known are ${kinds.join(', ')}`,
      bundle.origin,
      nearest(kind, kinds),
    );
  }
}

/**
 * The raw permissions that an assignable name stands for in a boundary of `kind`.
 * Unknown, or not offered there: none (M24).
 */
export function expandAssignable(catalog: Catalog, name: string, kind: string): readonly string[] {
  if (catalog.assignables.size === 0) {
    return catalog.permissions.size === 0 || catalog.permissions.has(name) ? [name] : [];
  }
  const bundle = catalog.assignables.get(name);
  return bundle?.boundaries.includes(kind) ? bundle.permissions : [];
}

/** The raw permissions that an assignable name stands for, and the kinds of boundary in which it can be granted. */
export function offerOf(
  catalog: Catalog,
  name: string,
): { readonly permissions: readonly string[]; readonly kinds: readonly string[] | 'every kind' } {
  if (catalog.assignables.size === 0)
    return { permissions: expandAssignable(catalog, name, ''), kinds: 'every kind' };
  const bundle = catalog.assignables.get(name);
  return { permissions: bundle?.permissions ?? [], kinds: bundle?.boundaries ?? [] };
}

/** The assignable names that hold `permission` and can be granted in `kind`. */
export function assignablesWith(catalog: Catalog, permission: string, kind: string): string[] {
  if (catalog.assignables.size === 0) return [permission];
  return [...catalog.assignables.values()]
    .filter(
      (bundle) =>
        !bundle.deprecated && bundle.permissions.includes(permission) && bundle.boundaries.includes(kind),
    )
    .map((bundle) => bundle.name);
}

function wellNamed({ name, origin }: { readonly name: string; readonly origin?: Origin }): void {
  if (isPermissionName(name)) return;
  throw bad(
    `\`${name}\` is no name for a permission; write action_resource in lower case, for example read_issue`,
    origin,
  );
}

function twice(
  what: string,
  { name, origin }: { readonly name: string; readonly origin?: Origin },
): AmbitError {
  return bad(`${what} \`${name}\` is defined twice`, origin);
}

function bad(message: string, origin: Origin = {}, suggestion?: string): AmbitError {
  return new AmbitError('BAD_CATALOG', message, { ...origin, suggestion });
}
