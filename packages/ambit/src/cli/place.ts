import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
