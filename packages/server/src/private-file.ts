import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { ServerError, type ServerErrorCode, systemCode } from './errors.ts';

const NO_LINKS: readonly string[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/** Makes a folder that its owner alone can enter. A folder that exists is left as it is. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/**
 * Reads a file that holds a secret; nothing when there is no such file. Throws `ServerError` with `unsafe` when
 * somebody other than the owner can read or write it (not checked on Windows, which has no such modes).
 */
export async function readPrivateFile(path: string, unsafe: ServerErrorCode): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new ServerError(
        unsafe,
        `${path} must be readable by its owner alone (mode 600); its mode is ${(mode & 0o777).toString(8)}.`,
        `Run: chmod 600 ${path}. If others could have read it, docs/how-to/when-a-key-leaks.md says what to do.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a new file of mode 0600, whole or not at all and on disk when it returns. Fails with `EEXIST` if there is one. */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  await writeThrough(path, text, async (draft) => {
    try {
      await link(draft, path);
    } catch (error) {
      // Some file systems have no links; there the callers' lock on the folder has to be enough.
      if (!NO_LINKS.includes(systemCode(error) ?? '')) throw error;
      await rename(draft, path);
      return;
    }
    await rm(draft);
  });
}

/** The same, replacing a file that is there. A reader sees the old text or the new, never a part. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  await writeThrough(path, text, (draft) => rename(draft, path));
}

async function writeThrough(
  path: string,
  text: string,
  publish: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(draft);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes new and removed names in a folder durable. Windows cannot open folders and does this by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
