import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { root } from './root.mjs';
import { runNpm } from './run.mjs';
import { step } from './say.mjs';

const stampFile = join(root, 'node_modules', '.ambit-install');

/** Installs what the lock file names, when it has changed since the last install (or Node or the machine has). */
export async function install() {
  const wanted = stamp();
  if (read(stampFile) === wanted) return;
  rmSync(stampFile, { force: true });
  await step('Installing dependencies (the first time takes about a minute)', npmCi);
  writeFileSync(stampFile, wanted);
}

async function npmCi() {
  const { code, output } = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (code !== 0) throw new Problem('`npm ci` failed; it said:', output);
}

function stamp() {
  const machine = `${process.versions.node.split('.')[0]} ${process.platform} ${process.arch}`;
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(machine).digest('hex');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
