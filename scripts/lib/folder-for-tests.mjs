import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for one run of the tests, removed with it. Test files are processes of their own; what costs each of them
 * seconds and is always the same, such as an empty database, the first one leaves there for the others.
 */
export async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-run-'));
  process.env.AMBIT_TEST_FOLDER = folder;
  return () => rm(folder, { recursive: true, force: true });
}
