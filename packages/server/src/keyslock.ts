import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { ServerError } from './errors.ts';
import { type FolderLock, lockFolder } from './store/lock.ts';

/** Beside the lock of the store: keys are changed while a server has that. */
const FOLDER = 'keys.lock';
const ATTEMPTS = 8;

/**
 * Changes files of keys in a data folder while nobody else does: of two that read the same file, the one that writes last
 * would undo what the other has said is done. Waits a few seconds; throws `ServerError` `STORE_LOCKED` then.
 */
export async function withKeysLock<T>(data: string, change: () => Promise<T>): Promise<T> {
  const lock = await take(data);
  try {
    return await change();
  } finally {
    await lock.release();
  }
}

async function take(data: string): Promise<FolderLock> {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await lockFolder(data, FOLDER);
    } catch (error) {
      if (!(error instanceof ServerError) || error.code !== 'STORE_LOCKED') throw error;
      if (left === 0) throw busy(data, error);
      await pause(randomInt(20, 150));
    }
  }
}

function busy(data: string, { message }: ServerError): ServerError {
  const pid = /process (\d+)/.exec(message)?.[1];
  return new ServerError(
    'STORE_LOCKED',
    `The keys in ${data} are just being changed by ${pid === undefined ? 'another process' : `the process ${pid}`}. Nothing was changed here.`,
    'Run this again when that has ended.',
  );
}
