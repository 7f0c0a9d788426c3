import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { ServerError, systemCode } from '../errors.ts';
import { makePrivateFolder } from '../private-file.ts';

/*
 * Whoever uses the folder has a file of his own in `<data>/lock/`, named after him: host, process id, start of the
 * process. One first makes his file and then looks for others; of two that come at once, at least one sees the
 * other and withdraws. The file of a dead process is removed by whoever finds it. So there is no moment at which
 * taking over a stale lock could remove a live one.
 */
const FOLDER = 'lock';
const ATTEMPTS = 4;
const BEAT_MS = 5_000;
const SILENT_AFTER_MS = 30_000;

/** A process that holds, or held, the folder. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** Tells apart two processes that had the same id one after the other. */
  readonly started: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/** Takes the folder for this process. Throws `ServerError` `STORE_LOCKED` naming the process that has it. */
export async function lockFolder(data: string): Promise<FolderLock> {
  const folder = join(data, FOLDER);
  const own: LockHolder = { host: safeHost(), pid: process.pid, started: ownStart() };
  const path = join(folder, fileNameOf(own));
  await makePrivateFolder(folder);
  for (let attempt = 1; ; attempt += 1) {
    if (!(await claim(path))) throw lockedBy(own, folder);
    const other = await liveHolder(folder, fileNameOf(own));
    if (other === undefined) return keepAlive(path);
    await rm(path, { force: true });
    if (attempt === ATTEMPTS) throw lockedBy(other, folder);
    // Two that met at the door both step back; unequal waits let one of them in.
    await pause(randomInt(20, 150));
  }
}

/** The live process that holds the folder, without touching anything in it. */
export async function findLockHolder(data: string): Promise<LockHolder | undefined> {
  const folder = join(data, FOLDER);
  for (const name of await namesIn(folder)) {
    const holder = parseFileName(name);
    if (holder !== undefined && (await isAlive(holder, join(folder, name)))) return holder;
  }
  return undefined;
}

async function claim(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function liveHolder(folder: string, own: string): Promise<LockHolder | undefined> {
  for (const name of await namesIn(folder)) {
    const holder = name === own ? undefined : parseFileName(name);
    if (holder === undefined) continue;
    if (await isAlive(holder, join(folder, name))) return holder;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

// The beat is for processes whose life we cannot ask about: those on another host that shares the folder.
function keepAlive(path: string): FolderLock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    async release(): Promise<void> {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

async function isAlive(holder: LockHolder, path: string): Promise<boolean> {
  if (holder.host !== safeHost()) return Date.now() - (await lastBeat(path)) < SILENT_AFTER_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Not allowed to signal it means that it is there.
    if (systemCode(error) !== 'EPERM') return false;
  }
  const started = holder.pid === process.pid ? ownStart() : startOf(holder.pid);
  return started === '' || started === holder.started;
}

async function lastBeat(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

// Where the system does not say, a process still knows its own.
function ownStart(): string {
  return startOf(process.pid) || Math.round(performance.timeOrigin).toString();
}

// Linux gives the start in clock ticks since boot (field 22, counted after the name in brackets, see proc(5)).
// The boot id keeps a process of before a restart from looking like one of after it.
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    return `${boot}${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}

function safeHost(): string {
  return hostname().replace(/[^A-Za-z0-9.-]/g, '-');
}

function fileNameOf(holder: LockHolder): string {
  return `${holder.host}_${holder.pid}_${holder.started}`;
}

function parseFileName(name: string): LockHolder | undefined {
  const match = /^([A-Za-z0-9.-]*)_([1-9]\d*)_([0-9a-f]*)$/.exec(name);
  if (match === null) return undefined;
  return { host: match[1] ?? '', pid: Number(match[2]), started: match[3] ?? '' };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function lockedBy(holder: LockHolder, folder: string): ServerError {
  const where = holder.host === safeHost() ? '' : ` on ${holder.host}`;
  return new ServerError(
    'STORE_LOCKED',
    `The store is in use by the process ${holder.pid}${where}, which holds the lock in ${folder}.`,
    'Stop that process first, or give this server a folder of its own with AMBIT_DATA.',
  );
}
