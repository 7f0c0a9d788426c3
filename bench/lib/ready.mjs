import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from '../../scripts/lib/build.mjs';
import { install } from '../../scripts/lib/install.mjs';
import { Problem } from '../../scripts/lib/problem.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { runNpm } from '../../scripts/lib/run.mjs';

const folder = join(root, 'bench', 'peers');
const stamp = join(folder, 'node_modules', '.ambit-install');

/** Installs and builds the workspace, and the other libraries where they are needed. */
export async function makeReady({ withPeers, tell }) {
  await install();
  await build();
  if (!withPeers) return;
  await installPeers(tell);
  requireOneGraphql();
}

async function installPeers(tell) {
  const wanted = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (read(stamp) === wanted) return;
  tell('installing the other libraries into bench/peers, once');
  const args = ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runNpm(args);
  if (code !== 0) throw new Problem('`npm ci` failed in bench/peers; it said:', output);
  writeFileSync(stamp, wanted);
}

/** With a second copy, the rows would not run the same graphql-js as what they are measured against. */
function requireOneGraphql() {
  const copies = [
    join(root, 'packages', 'ambit', 'dist'),
    folder,
    join(folder, 'node_modules', 'mercurius'),
  ].map((place) => realpathSync(createRequire(join(place, 'index.js')).resolve('graphql')));
  if (new Set(copies).size > 1) throw new Problem(`graphql is there more than once: ${copies.join(', ')}`);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
