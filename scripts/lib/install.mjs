import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { root } from './root.mjs';
import { runNpm } from './run.mjs';
import { step } from './say.mjs';

/** Installs what the project's lock file names, when it has changed since the last install (or Node or the machine has). */
export function install() {
  return installIn('.', 'Installing dependencies (the first time takes about a minute)');
}

/** The same for a folder with a lock file of its own, from the root of the repository. */
export async function installIn(folder, about) {
  const stampFile = join(root, folder, 'node_modules', '.ambit-install');
  const wanted = stamp(folder);
  if (read(stampFile) === wanted) return;
  rmSync(stampFile, { force: true });
  await step(about, () => npmCi(folder));
  writeFileSync(stampFile, wanted);
}

async function npmCi(folder) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const { code, output } = await runNpm(args, { cwd: join(root, folder) });
  if (code !== 0) throw new Problem('`npm ci` failed; it said:', output);
}

function stamp(folder) {
  const machine = `${process.versions.node.split('.')[0]} ${process.platform} ${process.arch}`;
  const lock = readFileSync(join(root, folder, 'package-lock.json'));
  return createHash('sha256').update(lock).update(machine).digest('hex');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
