import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from '../../scripts/lib/build.mjs';
import { install, installIn } from '../../scripts/lib/install.mjs';
import { Problem } from '../../scripts/lib/problem.mjs';
import { root } from '../../scripts/lib/root.mjs';

/** Installs and builds the workspace, and the other libraries where they are needed. */
export async function makeReady({ withPeers }) {
  await install();
  await build();
  if (!withPeers) return;
  await installIn('bench/peers', 'Installing the other libraries into bench/peers');
  requireOneGraphql();
}

/** With a second copy, the rows would not run the same graphql-js as what they are measured against. */
function requireOneGraphql() {
  const peers = join(root, 'bench', 'peers');
  const users = [join(root, 'packages', 'ambit', 'dist'), peers, join(peers, 'node_modules', 'mercurius')];
  const copies = users.map((place) => realpathSync(createRequire(join(place, 'any.js')).resolve('graphql')));
  if (new Set(copies).size > 1) throw new Problem(`graphql is there more than once: ${copies.join(', ')}`);
}
