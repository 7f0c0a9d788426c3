import { ambit } from './ambit.mjs';
import { bare } from './bare.mjs';
import { floor } from './floor.mjs';

const own = [bare, floor, ambit];
const ownOnJit = ['ambit-jit'];

/** Rows of other libraries by name, and where they are; loaded only when they run, as they have to be installed. */
const peers = {
  tools: () => import('../../peers/rows/tools.mjs').then((file) => file.toolsDirective),
  shield: () => import('../../peers/rows/shield.mjs').then((file) => file.graphqlShield),
  'generic-auth': () => import('../../peers/rows/envelop.mjs').then((file) => file.genericAuth),
  authz: () => import('../../peers/rows/authz.mjs').then((file) => file.graphqlAuthz),
  pothos: () => import('../../peers/rows/pothos.mjs').then((file) => file.pothosByField),
  'pothos-type': () => import('../../peers/rows/pothos.mjs').then((file) => file.pothosByType),
  'mercurius-auth': () => import('../../peers/rows/mercurius.mjs').then((file) => file.mercuriusAuthRow),
  jit: () => import('../../peers/rows/jit.mjs').then((file) => file.jit),
  'ambit-jit': () => import('../../peers/rows/jit.mjs').then((file) => file.ambitOnJit),
  'tools-jit': () => import('../../peers/rows/jit.mjs').then((file) => file.toolsOnJit),
  'mercurius-auth-jit': () => import('../../peers/rows/jit.mjs').then((file) => file.mercuriusOnJit),
};

/** Names of all rows, in the order of the table. */
export const rowNames = [...own.map(({ name }) => name), ...Object.keys(peers)];

/** Names of the rows that need `bench/peers` installed. */
export const peerNames = Object.keys(peers);

/** `ambit` stands for all rows of Ambit, also where it works with another library. */
export const expandRows = (names) =>
  names.flatMap((name) => (name === 'ambit' ? [name, ...ownOnJit] : [name]));

/**
 * A row: `create(data)` answers `{ run(operation), close? }`; `host` is what it is measured against, if not graphql-js;
 * `cannot` says why it has no figure for a workload; `shown` names the only workloads that are shown of it.
 */
export async function loadRow(name) {
  return own.find((row) => row.name === name) ?? peers[name]();
}
