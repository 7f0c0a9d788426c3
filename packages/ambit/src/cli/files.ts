import { writeFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AmbitError } from '../errors.ts';

/** Writes a file that a command was asked for. @throws AmbitError UNREADABLE where it cannot be written */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch {
    throw new AmbitError('UNREADABLE', `cannot write ${path}`, {
      file: path,
      suggestion: 'check the path, and that you may write there',
    });
  }
}

/** A path as tools of a repository know it: from the folder in which the command runs, with slashes. */
export function repositoryPath(file: string): string {
  return relative('', file).split(sep).join('/');
}

/** The same as a URI reference; what lies elsewhere is told by its whole path. */
export function fileUri(file: string): string {
  const path = repositoryPath(file);
  if (path.startsWith('../') || /^([a-z]:|\/)/i.test(path)) return pathToFileURL(file).href;
  return path.split('/').map(encodeURIComponent).join('/');
}
