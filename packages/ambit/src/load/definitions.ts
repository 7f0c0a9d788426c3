import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { isAddress, shownPlace } from './address.ts';

/** Says how its folder is shown. */
export const METADATA = '.metadata.yml';

const FOLDERS = ['permissions', 'permission_groups'];
const YAML = /\.ya?ml$/;

/** A file with its path as seen from the folder that was searched, with slashes. */
export interface Placed {
  readonly file: string;
  readonly place: string;
}

/** What a folder of a catalogue holds. */
export interface Definitions {
  /** Whether the folder is there at all. */
  readonly exists: boolean;
  readonly definitions: readonly Placed[];
  readonly metadata: readonly Placed[];
}

/**
 * The YAML files below a folder, links followed, as mounted volumes are full of them. A definition that is passed
 * over is dangerous: without a bundle every permission can be granted as it is. So whatever is neither YAML nor
 * hidden nor Markdown is refused, and so is what cannot be read.
 * @throws AmbitError BAD_CATALOG or UNREADABLE
 */
export async function definitionsIn(folder: string): Promise<Definitions> {
  if (!(await isThere(folder))) return { exists: false, definitions: [], metadata: [] };
  const files = (await filesBelow(folder, new Map()))
    .sort()
    .map((file): Placed => ({ file, place: relative(folder, file).split(sep).join('/') }));
  return {
    exists: true,
    definitions: files.filter(({ file }) => basename(file) !== METADATA),
    metadata: files.filter(({ place }) => place.endsWith(`/${METADATA}`)),
  };
}

/** Only what is not there is absent: a link that leads nowhere, and what may not be looked at, are mistakes. */
async function isThere(folder: string): Promise<boolean> {
  try {
    await lstat(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw unreadable(folder);
  }
}

/** `seen` has the folders read so far, by where they really are: links may lead in circles. */
async function filesBelow(folder: string, seen: Map<string, string>): Promise<string[]> {
  const real = await orUnreadable(folder, realpath(folder));
  const other = seen.get(real);
  if (other !== undefined)
    throw new AmbitError('BAD_CATALOG', `links lead to the same folder as \`${other}\` and \`${folder}\``, {
      file: folder,
      suggestion: 'leave one way to each folder',
    });
  seen.set(real, folder);
  const found: string[] = [];
  for (const name of await orUnreadable(folder, readdir(folder))) {
    if (name.startsWith('.') && name !== METADATA) continue;
    const path = join(folder, name);
    const entry = await orUnreadable(path, stat(path));
    if (entry.isDirectory()) found.push(...(await filesBelow(path, seen)));
    else if (entry.isFile() && YAML.test(name)) found.push(path);
    else if (!entry.isFile() || !/\.md$/i.test(name)) throw noDefinition(path);
  }
  return found;
}

function noDefinition(path: string): AmbitError {
  return new AmbitError('BAD_CATALOG', `\`${path}\` is no YAML file, and would not be read`, {
    file: path,
    suggestion: 'let its name end in .yml, or move it elsewhere; only hidden files and .md may stand beside',
  });
}

/** Bundles in a folder with a slip in its name would not be read, and then every permission could be granted as it is. */
export async function refuseMistyped(path: string): Promise<void> {
  for (const name of await orUnreadable(path, readdir(path))) {
    if (FOLDERS.includes(name) || name.startsWith('.')) continue;
    const isFolder = (await stat(join(path, name)).catch(() => undefined))?.isDirectory() === true;
    const near = isFolder ? nearest(name, FOLDERS) : FOLDERS.find((one) => one === name.replace(YAML, ''));
    if (near === undefined) continue;
    throw new AmbitError('BAD_CATALOG', `\`${name}\` is no folder of a catalogue`, {
      file: path,
      suggestion: near,
    });
  }
}

async function orUnreadable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw unreadable(path);
  }
}

/** What to say of a path that cannot be read. */
export function unreadable(path: string): AmbitError {
  const file = shownPlace(path);
  const suggestion = isAddress(path) ? 'save what is there to a file, and give its path' : 'check the path';
  return new AmbitError('UNREADABLE', `cannot read ${file}`, { file, suggestion });
}
