import './lib/node-version.mjs';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { makeTokens, startDemonstration } from './lib/demonstration.mjs';
import { install } from './lib/install.mjs';
import { main } from './lib/main.mjs';
import { isFree } from './lib/ports.mjs';
import { Problem } from './lib/problem.mjs';
import { root } from './lib/root.mjs';
import { say, step } from './lib/say.mjs';
import { screen } from './lib/screen.mjs';
import { readPort } from './lib/start-options.mjs';

/** `npm start`: installs and builds what is needed, then runs the demonstration until Ctrl-C. */
async function start() {
  const port = readPort(process.argv.slice(2), process.env);
  await refuseTakenPort(port);
  await install();
  await build();
  const running = await step('Starting Forge, and Ambit in front of it', () =>
    startDemonstration({ port, data: process.env.AMBIT_DATA || join(root, '.ambit') }),
  );
  say(screen(running, await step('Making two tokens', () => makeTokens(running))));
  await running.died;
}

async function refuseTakenPort(port) {
  if (await isFree(port)) return;
  const other = port === 4010 ? 4020 : 4010;
  throw new Problem(
    `port ${port} is taken by another program; use another one: npm start -- --port ${other}`,
  );
}

const help = `npm start [-- --port N]

Installs and builds what is missing, then runs the demonstration until Ctrl-C: Forge, an example API, and Ambit in
front of it. It ends with commands to paste.

  --port N    the port of Ambit; AMBIT_PORT, else 4000

AMBIT_DATA is the folder of its store, .ambit in this clone if left out.`;

await main(start, { interrupted: 0, help });
