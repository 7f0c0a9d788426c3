import type { Policy } from '../compile/policy.ts';
import type { AssignableSource, Catalog } from '../rules/catalog.ts';
import { type Needed, type NeededBy, neededBy } from './needed.ts';
import { type OperationPage, operationsOf } from './operations.ts';

/** One raw permission, and what needs it. */
export interface PermissionPage {
  readonly name: string;
  readonly description?: string;
  readonly neededBy: readonly NeededBy[];
}

/** One assignable permission with what it stands for. */
export interface BundlePage {
  readonly name: string;
  readonly action: string;
  readonly description?: string;
  readonly boundaries: readonly string[];
  readonly availability?: readonly string[];
  readonly deprecated?: true;
  readonly permissions: readonly PermissionPage[];
}

/** A heading of the reference, with what stands below it. */
export interface ResourcePage {
  readonly name: string;
  readonly description?: string;
  readonly assignables: readonly BundlePage[];
}

/** A heading above resources. */
export interface CategoryPage {
  readonly name: string;
  readonly description?: string;
  readonly resources: readonly ResourcePage[];
}

/** Every permission that a token can be given, by category and resource, with all that needs it. */
export interface Reference {
  readonly categories: readonly CategoryPage[];
  /** Root fields with the permissions that each needs by itself. */
  readonly operations: readonly OperationPage[];
  /** Permissions that no assignable permission stands for: nobody can be granted them. */
  readonly unassignable: readonly PermissionPage[];
}

/** Where people find a bundle. */
interface Shelved {
  readonly category: string;
  readonly resource: string;
  /** The folder of its resource, seen from `permission_groups/`. */
  readonly folder: string;
  readonly page: BundlePage;
}

/** What the category is called where a catalogue has none. */
const NO_CATEGORY = 'Permissions';

/** The reference of a policy's permissions. Pure: the same policy gives the same reference. */
export function referenceOf(policy: Policy): Reference {
  const needed = neededBy(policy);
  const { catalog } = policy;
  const bundles =
    catalog.assignables.size === 0 ? ownBundles(catalog, needed) : [...catalog.assignables.values()];
  const shelved = bundles.map((bundle) => shelve(catalog, needed, bundle));
  const picks = new Map<string, string[]>();
  for (const { name, deprecated, permissions } of bundles)
    for (const raw of permissions) picks.set(raw, [...(picks.get(raw) ?? []), ...(deprecated ? [] : [name])]);
  const known = new Set([...catalog.permissions.keys(), ...needed.keys()]);
  return {
    categories: grouped(shelved, ({ category }) => category).map(([name, ones]) => ({
      name,
      ...describedBy(catalog, ones[0]?.folder.split('/')[0]),
      resources: grouped(ones, ({ resource }) => resource).map(([resource, own]) => ({
        name: resource,
        ...describedBy(catalog, own[0]?.folder),
        assignables: own.map(({ page }) => page).sort(byName),
      })),
    })),
    operations: operationsOf(needed, (raw) => picks.get(raw) ?? []),
    unassignable: [...known]
      .filter((name) => !picks.has(name))
      .sort()
      .map((name) => permissionPage(catalog, needed, name)),
  };
}

/** Without bundles each permission is granted as it is, wherever rules ask for it. */
function ownBundles(catalog: Catalog, needed: Needed): AssignableSource[] {
  return [...new Set([...catalog.permissions.keys(), ...needed.keys()])].map((name) => ({
    ...catalog.permissions.get(name),
    name,
    permissions: [name],
    boundaries: [...new Set((needed.get(name) ?? []).flatMap(({ boundaryTypes }) => boundaryTypes))].sort(),
  }));
}

function shelve(catalog: Catalog, needed: Needed, bundle: AssignableSource): Shelved {
  const folders = bundle.place?.split('/').slice(0, -1) ?? [];
  const [first] = folders;
  const folder = folders.join('/');
  const [verb = '', ...words] = bundle.name.split('_');
  const isPlaced = folders.length > 1 && bundle.name.endsWith(`_${folders.at(-1)}`);
  const resource = isPlaced ? (folders.at(-1) ?? '') : words.join('_');
  const action = isPlaced ? bundle.name.slice(0, -resource.length - 1) : verb;
  const { name, description, boundaries, availability, deprecated, permissions } = bundle;
  return {
    category:
      bundle.category ?? (first === undefined || folders.length < 2 ? NO_CATEGORY : titleOf(catalog, first)),
    resource: bundle.resource ?? (isPlaced ? titleOf(catalog, folder) : inWords(resource)),
    folder: folders.length < 2 ? '' : folder,
    page: {
      name,
      action: bundle.action ?? inWords(action),
      ...(description === undefined ? {} : { description }),
      boundaries,
      ...(availability === undefined ? {} : { availability }),
      ...(deprecated ? { deprecated } : {}),
      permissions: permissions.map((raw) => permissionPage(catalog, needed, raw)),
    },
  };
}

function permissionPage({ permissions }: Catalog, needed: Needed, name: string): PermissionPage {
  const description = permissions.get(name)?.description;
  return { name, ...(description === undefined ? {} : { description }), neededBy: needed.get(name) ?? [] };
}

function titleOf({ folders }: Catalog, folder: string): string {
  return folders.find(({ path }) => path === folder)?.name ?? inWords(folder.split('/').at(-1) ?? '');
}

function describedBy({ folders }: Catalog, folder: string | undefined): { readonly description?: string } {
  const description = folders.find(({ path }) => path === folder)?.description;
  return description === undefined ? {} : { description };
}

function inWords(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function grouped<T>(all: readonly T[], key: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
