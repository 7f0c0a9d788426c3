import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../scripts/lib/problem.mjs';
import { createClient } from '../gateway/load.mjs';
import { serveIn } from '../lib/child.mjs';
import { quartiles } from '../lib/measure.mjs';
import { markdown, ratio, short, time } from '../lib/table.mjs';
import { credentials } from './credentials.mjs';
import { foreignCosts } from './foreign.mjs';

const SLOT_MS = 300;
const MIN_ROUNDS = 5;

/** What it costs to recognise a bearer, alone and against node:http that asks for none. */
export const tokens = {
  name: 'tokens',
  async measure({ seconds, tell }) {
    tell('tokens, starting the fronts');
    const [bare, ambit] = [await start('bare'), await start('ambit')];
    const figures = [];
    for (const credential of credentials) {
      tell(`tokens, ${credential.title}`);
      figures.push({ title: credential.title, ...(await measureOne(credential, bare, ambit, seconds)) });
    }
    tell('tokens, JWTs of another issuer');
    for (const [algorithm, { cold, cached }] of Object.entries(await foreignCosts())) {
      figures.push({ title: `JWT of another issuer, ${algorithm}, not met before`, alone: cold / 1000 });
      figures.push({ title: `the same again, ${algorithm}`, alone: cached / 1000 });
    }
    for (const { client, child } of [bare, ambit]) {
      await client.close();
      child.disconnect();
    }
    return figures;
  },
  print: (figures) =>
    markdown(
      [
        'recognising a bearer',
        'CPU, alone',
        'in a second of CPU',
        'requests per second, against node:http',
        'CPU, against node:http',
      ],
      figures.map(({ title, alone, perSecond, cpu }) => [
        title,
        time(alone),
        short(1000 / alone),
        perSecond === undefined ? 'not measured' : ratio(perSecond),
        cpu === undefined ? 'not measured' : ratio(cpu),
      ]),
    ),
};

async function start(front) {
  const { child, message } = await serveIn(fileURLToPath(new URL('./front.mjs', import.meta.url)), {
    title: front,
    front,
  });
  return { child, client: createClient(message) };
}

/** Alone first; then both fronts in turns, a slot each, until the time is over. */
async function measureOne({ name, title, status }, bare, ambit, seconds) {
  const workload = { token: name, body: {} };
  await ambit.client.load(workload, status, SLOT_MS).catch((error) => {
    throw new Problem(`the authority answered wrongly (${title}):`, error.message);
  });
  await bare.client.load(workload, 204, SLOT_MS);
  await ask(ambit.child, { alone: name, milliseconds: SLOT_MS });
  const slots = [];
  const alone = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || slots.length < MIN_ROUNDS) {
    alone.push((await ask(ambit.child, { alone: name, milliseconds: SLOT_MS })).cpu);
    const without = await slot(bare, workload, 204);
    const own = await slot(ambit, workload, status);
    slots.push({ perSecond: own.perSecond / without.perSecond, cpu: own.cpu / without.cpu });
  }
  return {
    alone: quartiles(alone).median,
    perSecond: quartiles(slots.map(({ perSecond }) => perSecond)),
    cpu: quartiles(slots.map(({ cpu }) => cpu)),
  };
}

async function slot({ child, client }, workload, status) {
  const before = await cpuOf(child);
  const { count, perSecond } = await client.load(workload, status, SLOT_MS);
  return { perSecond, cpu: ((await cpuOf(child)) - before) / count };
}

async function cpuOf(child) {
  const { user, system } = await ask(child, {});
  return (user + system) / 1000;
}

async function ask(child, question) {
  child.send(question);
  const [answer] = await once(child, 'message');
  return answer;
}
