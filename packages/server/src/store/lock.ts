import { randomInt } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { ServerError, systemCode } from '../errors.ts';
import { makePrivateFolder } from '../private-file.ts';

/*
 * Whoever uses the folder has a file of his own in `<data>/lock/`, named after him: host, PID namespace, process
 * id, start of the process. One first makes his file and then looks for others; of two that come at once, at least one sees the
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
  /** Within what the process id means something: containers of one host name each have a process 1. */
  readonly namespace: string | undefined;
  readonly pid: number;
  /** Tells apart two processes that had the same id one after the other. */
  readonly started: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the folder for this process; with another `name` than that of the store's lock, what goes by that in it. Throws
 * `ServerError` `STORE_LOCKED` naming the process that has it.
 */
export async function lockFolder(data: string, name: string = FOLDER): Promise<FolderLock> {
  const folder = join(data, name);
  const own: LockHolder = ownHolder();
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

// The beat is for processes whose life we cannot ask about: those on another host or in another container.
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
  if (!sharesOurIds(holder)) return Date.now() - (await lastBeat(path)) < SILENT_AFTER_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Not allowed to signal it means that it is there.
    if (systemCode(error) !== 'EPERM') return false;
  }
  const started = holder.pid === process.pid ? ownStart() : startOf(holder.pid);
  return started === '' || started === holder.started;
}

// Where Linux does not tell the namespace, two unknown ones may be two; elsewhere there are none.
function sharesOurIds(holder: LockHolder): boolean {
  const own = ownNamespace();
  if (holder.host !== safeHost() || holder.namespace !== own) return false;
  return own !== undefined || process.platform !== 'linux';
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

function ownHolder(): LockHolder {
  return { host: safeHost(), namespace: ownNamespace(), pid: process.pid, started: ownStart() };
}

// `pid:[4026531836]`, see pid_namespaces(7).
function ownNamespace(): string | undefined {
  try {
    return /^pid:\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1];
  } catch {
    return undefined;
  }
}

function safeHost(): string {
  return hostname().replace(/[^A-Za-z0-9.-]/g, '-');
}

// No host name has two dots in a row. A release that knows nothing of namespaces reads another host here, and so
// goes by the beat as well.
function fileNameOf({ host, namespace, pid, started }: LockHolder): string {
  return `${host}${namespace === undefined ? '' : `..${namespace}`}_${pid}_${started}`;
}

function parseFileName(name: string): LockHolder | undefined {
  const match = /^([A-Za-z0-9.-]*?)(?:\.\.(\d+))?_([1-9]\d*)_([0-9a-f]*)$/.exec(name);
  if (match === null) return undefined;
  const [, host = '', namespace, pid, started = ''] = match;
  return { host, namespace, pid: Number(pid), started };
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
  const isNear = sharesOurIds(holder);
  const other =
    holder.host === safeHost() ? `in another container named ${holder.host}` : `on ${holder.host}`;
  const wait = `if it has ended, wait ${SILENT_AFTER_MS / 1000} seconds, since its life cannot be asked about from here`;
  return new ServerError(
    'STORE_LOCKED',
    `The store is in use by the process ${holder.pid}${isNear ? '' : ` ${other}`}, which holds the lock in ${folder}.`,
    `Stop that process first${isNear ? '' : ` (${wait})`}, or give this server a folder of its own with AMBIT_DATA.`,
  );
}
