import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { systemCode } from './errors.ts';
import { replacePrivateFile } from './private-file.ts';
import { findLockHolder } from './store/lock.ts';

const FILE_NAME = 'server.json';
const shape = z.object({ url: z.url(), pid: z.number().int() });

/** Where the server that holds a data folder can be reached. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
}

/** Says in the data folder where this process answers. */
export async function writeRunFile(data: string, url: string): Promise<void> {
  await replacePrivateFile(join(data, FILE_NAME), `${JSON.stringify({ url, pid: process.pid })}\n`);
}

export async function removeRunFile(data: string): Promise<void> {
  await rm(join(data, FILE_NAME), { force: true });
}

/**
 * The server that is running on a data folder. A file that a killed server left behind is not believed: another
 * program may have its port now, and would be sent the admin credential.
 */
export async function findRunningServer(data: string): Promise<RunningServer | undefined> {
  const holder = await findLockHolder(data);
  if (holder === undefined) return undefined;
  try {
    const found = shape.safeParse(JSON.parse(await readFile(join(data, FILE_NAME), 'utf8')));
    return found.success && found.data.pid === holder.pid ? found.data : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
