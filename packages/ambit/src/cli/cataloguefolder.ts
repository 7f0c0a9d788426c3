import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { loadPermissions } from '../load.ts';
import type { CatalogSource } from '../rules/catalog.ts';
import { badOption } from './command.ts';
import { present } from './place.ts';

/** What the folder holds so far. A folder that is not there is a slip of the pen: only those in it are made. */
export async function catalogIn(folder: string): Promise<CatalogSource> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw await noFolder(folder);
  if (!found.isDirectory())
    throw badOption(`\`${folder}\` is a file; new permissions are written into a folder`);
  const parts = await present(folder, ['permissions', 'permission_groups']);
  return parts.includes('permissions') ? loadPermissions(folder) : { permissions: [], assignables: [] };
}

async function noFolder(folder: string): Promise<AmbitError> {
  const beside = await readdir(dirname(folder), { withFileTypes: true }).catch(() => []);
  const folders = beside.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const near = nearest(basename(folder), folders);
  return badOption(
    `\`${folder}\` is not there; nothing was written`,
    near === undefined ? 'make the folder first' : join(dirname(folder), near),
  );
}

/** @throws AmbitError BAD_OPTION for a permission, or a bundle, that the catalogue has */
export function refuseKnown(name: string, { permissions, assignables }: CatalogSource): void {
  const there = permissions.find((one) => one.name === name);
  if (there) throw taken(`the permission \`${name}\` is there already`, there.origin?.file);
  const holder = assignables.find((one) => !one.deprecated && one.permissions.includes(name));
  if (holder) throw taken(`\`${name}\` is in the bundle \`${holder.name}\` already`, holder.origin?.file);
  const bundle = assignables.find((one) => one.name === name);
  if (bundle) throw taken(`a bundle is called \`${name}\` already`, bundle.origin?.file);
}

function taken(message: string, file: string | undefined): AmbitError {
  return new AmbitError('BAD_OPTION', message, {
    file,
    suggestion: 'choose another name, or change the file',
  });
}

/** @throws AmbitError BAD_OPTION for a file that is there */
export async function refusePresent(folder: string, paths: readonly string[]): Promise<void> {
  const [there] = await present(folder, paths);
  if (there !== undefined)
    throw badOption(`\`${join(folder, there)}\` is there already; nothing was written`);
}

/** The category in which the bundles of the same resource are. */
export function categoryLike({ assignables }: CatalogSource, resource: string): string | undefined {
  const path = new RegExp(`[\\\\/]permission_groups[\\\\/]([^\\\\/]+)[\\\\/]${resource}[\\\\/][^\\\\/]+$`);
  return assignables.map(({ origin }) => path.exec(origin?.file ?? '')?.[1]).find((one) => one !== undefined);
}
