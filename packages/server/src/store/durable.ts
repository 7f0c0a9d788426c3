import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { syncFolder } from '../private-file.ts';

/** Puts on disk what the database has written. Returns only when it is there. */
export type Sync = () => Promise<void>;

/**
 * PGlite writes its log at each commit but never asks the system to put it on disk, so it outlives the process and
 * not the power. This does what PostgreSQL does at a commit: syncs the write-ahead log. After a checkpoint, seen by
 * `pg_control` having changed, earlier log no longer counts and every file is synced. What is left is the moment
 * between the two, at a start and a stop: PGlite gives no way to sync within a checkpoint.
 */
export function createSync(database: string): Sync {
  let lastControl: bigint | undefined;
  let running: Promise<void> = Promise.resolve();

  async function syncOnce(): Promise<void> {
    const control = await stat(join(database, 'global', 'pg_control'), { bigint: true });
    if (control.mtimeNs === lastControl) {
      await syncTree(join(database, 'pg_wal'));
      return;
    }
    await syncTree(database);
    lastControl = control.mtimeNs;
  }

  return () => {
    // One after the other, each starting after the write that it stands for; a failure is its caller's alone.
    const next = running.catch(() => undefined).then(syncOnce);
    running = next;
    return next;
  };
}

/** Syncs every file and folder under `folder`, and the folder. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFile(path);
  }
  await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
