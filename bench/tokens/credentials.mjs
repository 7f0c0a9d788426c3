import { randomBytes } from 'node:crypto';
import { narrowToken } from '../../packages/ambit/dist/narrow/index.js';
import { mint } from '../../packages/server/dist/tokens/format.js';

/**
 * What is sent as a bearer, a row each: its name, what the table calls it, the status that it has to get, and how it is
 * made in a world of `{ personal, rootKeys }`. A credential of another kind, such as a JWT of an issuer, is one more row;
 * what it takes to make it goes into the world, in `front.mjs`.
 */
export const credentials = [
  { name: 'personal', title: 'personal token, used before', status: 204, make: ({ personal }) => personal },
  {
    name: 'uncached',
    title: 'personal token that the store has to be asked for (and does not have)',
    status: 401,
    make: ({ rootKeys }) => mint(rootKeys).token,
  },
  ...[1, 2, 3].map((times) => ({
    name: `narrowed${times}`,
    title: `narrowed token, ${times} ${times === 1 ? 'caveat' : 'caveats'}`,
    status: 204,
    make: ({ personal }) => narrowed(personal, times),
  })),
  {
    name: 'garbage',
    title: 'garbage: a wrong checksum',
    status: 401,
    make: ({ personal }) => `${personal.slice(0, -1)}${personal.endsWith('0') ? '1' : '0'}`,
  },
  {
    name: 'forged',
    title: 'forged: a right checksum, under another key',
    status: 401,
    make: () => foreign(),
  },
  {
    name: 'forgedChain',
    title: 'forged: a narrowed token with 3 caveats, under another key',
    status: 401,
    make: () => narrowed(foreign(), 3),
  },
  {
    name: 'narrowedGarbage',
    title: 'garbage of the greatest length of a narrowed token',
    status: 401,
    make: () => `ambn_${'z'.repeat(2_913)}`,
  },
];

const caveats = [
  { operations: ['mutate:createNote'], expires: '24h' },
  { boundaries: [{ project: 'acme/web' }] },
  { readOnly: true, label: 'triage of one issue' },
];

/** What a token costs that is verified for the first time: only one that is ours is remembered. */
function foreign() {
  return mint({ current: 1, keys: new Map([[1, Uint8Array.from(randomBytes(32))]]) }).token;
}

async function narrowed(token, times) {
  let made = token;
  for (const caveat of caveats.slice(0, times)) made = await narrowToken(made, caveat);
  return made;
}
