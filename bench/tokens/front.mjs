import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, startServer } from '../../packages/server/dist/index.js';
import { parseRootKeys } from '../../packages/server/dist/rootkey.js';
import { credentials } from './credentials.mjs';

/**
 * One front in a process of its own: node:http that answers 204 to whatever comes, or to a bearer that the authority
 * recognises. It answers each message: with the CPU time that it has used, or with what recognising one credential
 * takes without HTTP.
 */
const { front } = JSON.parse(process.argv[2]);
const { recognise, bearers, stop } = front === 'bare' ? await bare() : await ambit();

const server = createServer(async (request, response) => {
  for await (const _ of request);
  const isKnown = await recognise(request.headers.authorization?.slice('Bearer '.length) ?? '', request);
  response.writeHead(isKnown ? 204 : 401).end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
process.on('message', async ({ alone, milliseconds }) => {
  process.send(alone === undefined ? process.cpuUsage() : await measureAlone(bearers[alone], milliseconds));
});
process.on('disconnect', () => stop().finally(() => process.exit()));
process.send({ url: `http://127.0.0.1:${server.address().port}/`, bearers });

async function bare() {
  const none = Object.fromEntries(credentials.map(({ name }) => [name, name]));
  return { recognise: async () => true, bearers: none, stop: async () => undefined };
}

/** The authority over its store, with a root key that is known here. */
async function ambit() {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-bench-'));
  await writeFile(
    join(folder, 'schema.graphql'),
    'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION\ntype Query { hello: String @requiresScopes(scopes: [["read"]]) }\n',
  );
  await writeFile(
    join(folder, 'ambit.yml'),
    'schema: schema.graphql\nupstream: { url: "http://127.0.0.1:9/graphql" }\n',
  );
  process.env.AMBIT_LOG = 'silent';
  const env = { AMBIT_ROOT_KEY: `1:${randomBytes(32).toString('base64url')}` };
  const config = await loadConfig({ file: join(folder, 'ambit.yml'), port: '0', env, folder });
  const { authority, close } = await startServer(config);
  const { token: personal } = await authority.createToken({ name: 'bench', scopes: ['read'] }, 'bench');
  const world = { personal, rootKeys: parseRootKeys(env.AMBIT_ROOT_KEY, 'the key of the benchmark') };
  const bearers = {};
  for (const { name, make } of credentials) bearers[name] = await make(world);
  return {
    recognise: async (bearer, { socket }) =>
      'grants' in (await authority.authenticate(bearer, { address: socket.remoteAddress })),
    bearers,
    stop: async () => {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Milliseconds of CPU for one, and how many there are in a second of it. */
async function measureAlone(bearer, milliseconds) {
  const request = { socket: { remoteAddress: '127.0.0.1' } };
  const end = performance.now() + milliseconds;
  const before = process.cpuUsage();
  let count = 0;
  do {
    for (let time = 0; time < 20; time += 1) await recognise(bearer, request);
    count += 20;
  } while (performance.now() < end);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000 / count };
}
