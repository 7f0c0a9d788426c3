import { randomBytes } from 'node:crypto';
import { lifetime, tokens } from './demo.mjs';
import { freePort } from './ports.mjs';
import { Problem } from './problem.mjs';
import { runNode } from './run.mjs';
import { responds, startService } from './service.mjs';

const forgeMain = 'examples/forge/dist/main.js';
const serverMain = 'packages/server/dist/main.js';

/**
 * Starts the example API and Ambit in front of it. Only Ambit holds the API's credential, which is new at
 * every start. Resolves to the addresses, the settings with which `makeTokens` reaches this very server, and
 * `died`, which rejects when either program ends. The API listens on `forge` where that is free.
 */
export async function startDemonstration({ port, data, forge: preferred = 4001 }) {
  const credential = randomBytes(24).toString('base64url');
  const forgePort = await freePort(preferred);
  const forgeUrl = `http://127.0.0.1:${forgePort}/graphql`;
  const forge = await startService({
    name: 'Forge',
    args: [forgeMain],
    env: { FORGE_PORT: String(forgePort), FORGE_CREDENTIAL: credential },
    answers: () => responds(forgeUrl),
  });
  const env = {
    AMBIT_PORT: String(port),
    AMBIT_DATA: data,
    FORGE_URL: forgeUrl,
    FORGE_CREDENTIAL: credential,
  };
  const ambit = await startService({
    name: 'Ambit',
    args: [serverMain, '--config', 'examples/forge/ambit.yml'],
    env,
    answers: () => responds(`http://127.0.0.1:${port}/readyz`, 200),
  });
  const died = Promise.race([forge.died, ambit.died]);
  return { url: `http://localhost:${port}/graphql`, forgeUrl, data, env, died };
}

/** Makes the demonstration's tokens, as `{ NOTE_TOKEN, READ_TOKEN }`. Those of earlier starts stay valid. */
export async function makeTokens({ env }) {
  const made = {};
  for (const { variable, create } of tokens) {
    const args = [serverMain, 'token', 'create', ...create, '--expires', lifetime, '--json'];
    const { code, stdout, output } = await runNode(args, { env });
    if (code !== 0) throw new Problem(`the token ${variable} could not be made; the command said:`, output);
    made[variable] = JSON.parse(stdout).token;
  }
  return made;
}
