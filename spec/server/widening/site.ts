import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startForge } from '@ambit/example-forge';
import type { Grants } from 'ambit';

import { type Engine, loadEngine } from '../../../packages/server/dist/engine.js';
import { createLog, loadConfig, startServer } from '../../../packages/server/dist/index.js';
import { openMemoryStore } from '../../../packages/server/dist/store/memory.js';
import { asking, freePort, type OAuthSite, signIn } from '../oauth/site.ts';
import { type Weakness, weakAuthenticate, weakNarrow, weakStore } from './weak.ts';

const home = (path: string): string =>
  fileURLToPath(new URL(`../../../examples/forge/${path}`, import.meta.url));

/** Who there is: people whom Forge knows too. */
export const PEOPLE: readonly string[] = ['root', 'alice', 'bob', 'carol'];

/** A server in front of Forge, whose weaknesses can be chosen, and what it recognises bearers as. */
export interface Site extends Pick<OAuthSite, 'issuer' | 'admin' | 'client' | 'token' | 'ask' | 'signIn'> {
  /** The grants with which the gateway goes on for a bearer; nothing where it is refused. */
  recognise(token: string): Promise<Grants | undefined>;
  /** What the server does wrong from here on. */
  weaken(weakness: Weakness | undefined): void;
  close(): Promise<void>;
}

type Authenticate = Parameters<Engine['createGateway']>[0]['authenticate'];

/** Starts one on a port of this machine, with nothing on disk but its configuration and keys. */
export async function startSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-widening-'));
  const forge = await startForge({ port: 0, credential: 'forge' });
  const issuer = `http://127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'ambit.yml'), configuration(issuer, forge.url));
  const config = await loadConfig({ file: join(folder, 'ambit.yml'), env: {}, folder });
  let weakness: Weakness | undefined;
  const now = (): Weakness | undefined => weakness;
  let authenticate: Authenticate | undefined;
  const store = weakStore(await openMemoryStore(), now);
  const server = await startServer(config, {
    log: createLog('silent'),
    openStore: async () => store,
    async loadEngine(given) {
      const engine = await loadEngine(given);
      return {
        ...engine,
        narrow: weakNarrow((parent, request) => engine.narrow(parent, request), now),
        createGateway(parts) {
          authenticate = weakAuthenticate(parts.authenticate, now);
          return engine.createGateway({ ...parts, authenticate });
        },
      };
    },
  });
  for (const name of PEOPLE) await signIn(store, name);
  const credential = (await readFile(join(folder, '.ambit', 'admin.token'), 'utf8')).trim();
  return {
    issuer,
    ...asking(issuer, credential),
    signIn: (name) => signIn(store, name),
    async recognise(token) {
      const request = new Request(`${issuer}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      const found = await authenticate?.(request);
      return found !== undefined && 'grants' in found ? found.grants : undefined;
    },
    weaken(chosen) {
      weakness = chosen;
    },
    async close() {
      await server.close();
      await forge.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(issuer: string, upstream: string): string {
  return [
    `schema: ${JSON.stringify(home('schema.graphql'))}`,
    `rules: ${JSON.stringify(home('rules.yml'))}`,
    `permissions: ${JSON.stringify(home('catalog'))}`,
    `port: ${new URL(issuer).port}`,
    'upstream:',
    `  url: "${upstream}"`,
    '  headers: { authorization: "Bearer forge" }',
    '  subjectHeader: x-forge-subject',
    `oauth: { issuer: "${issuer}" }`,
  ].join('\n');
}
