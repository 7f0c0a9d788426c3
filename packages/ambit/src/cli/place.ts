import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { AmbitError } from '../errors.ts';

/** A file to be written below a folder; its path has slashes. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The paths below `folder` at which something is already. */
export async function present(folder: string, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => stat(join(folder, path)).catch(() => undefined)));
  return paths.filter((_, index) => found[index] !== undefined);
}

/**
 * Writes files, with the folders in which they stand. Without `replaces`, none that is there already is touched.
 * @throws AmbitError UNREADABLE naming the file that cannot be written
 */
export async function place(folder: string, files: readonly NewFile[], replaces: boolean): Promise<void> {
  for (const { path, text } of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: replaces ? 'w' : 'wx' });
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new AmbitError('UNREADABLE', `cannot write ${file} (${why})`, { file });
    }
  }
}

/** The files below `part` of `folder` that `files` would not replace, sorted, with slashes. */
export async function leftOver(folder: string, part: string, files: readonly NewFile[]): Promise<string[]> {
  const entries = await readdir(join(folder, part), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !files.some((file) => file.path === path))
    .sort();
}

/** Runs `attempt` over a copy of `part` of `folder` in which `files` are written, and removes the copy. */
export async function rehearsed(
  folder: string,
  part: string,
  files: readonly NewFile[],
  attempt: (copy: string) => Promise<unknown>,
): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'ambit-'));
  try {
    await cp(join(folder, part), join(copy, part), { recursive: true });
    await place(copy, files, true);
    await attempt(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
