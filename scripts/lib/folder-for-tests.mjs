import { chmod, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './alive.mjs';

const MEMORY = '/dev/shm';
const ENOUGH = 4 * 1024 ** 3;
const PREFIX = 'ambit-run-';

/**
 * A folder for one run of the tests, removed with it; temporary files go there too. Test files run in several
 * processes; what costs each file seconds and is always the same, such as an empty database, the first one leaves there
 * for the others.
 */
export async function setup() {
  const place = await choosePlace();
  await removeLeftovers(place);
  const folder = await mkdtemp(join(place, `${PREFIX}${process.pid}-`));
  // As root, PostgreSQL runs as another user, who has to come through here.
  await chmod(folder, 0o711);
  process.env.AMBIT_TEST_FOLDER = folder;
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** In memory where the system has room there: what is on a disk waits for it after each write that has to last. */
async function choosePlace() {
  if (process.env.TMPDIR) return tmpdir();
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= ENOUGH ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** What runs that were killed have left. */
async function removeLeftovers(place) {
  for (const name of await readdir(place)) {
    const [, pid] = name.startsWith(PREFIX) ? (/^(\d+)-/.exec(name.slice(PREFIX.length)) ?? []) : [];
    if (pid && !isAlive(Number(pid))) await rm(join(place, name), { recursive: true, force: true });
  }
}
