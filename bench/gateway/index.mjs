import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../scripts/lib/problem.mjs';
import { serveIn } from '../lib/child.mjs';
import { quartiles } from '../lib/measure.mjs';
import { markdown, ratio, short, time } from '../lib/table.mjs';
import { createClient } from './load.mjs';
import { workloads } from './workloads.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const SLOT_MS = 400;
const MIN_ROUNDS = 5;

/** The first is what the others are measured against. */
const usual = ['proxy', 'ambit', 'server', 'bytes'];
const names = [...new Set([...usual, ...workloads.flatMap(({ fronts = [] }) => fronts)])];
const titles = {
  ambit: "**Ambit**'s gateway, against the proxy",
  server: '**ambit-server** with its store, against the proxy',
  bytes: 'a proxy that reads no JSON',
  shut: 'refuses all, unread',
};

/** Requests per second through the gateway, against the same way without decisions. */
export const gateway = {
  name: 'gateway',
  async measure({ seconds, tell }) {
    tell('gateway, starting the API and the fronts');
    const upstream = await serveIn(file('./upstream.mjs'), { title: 'the API' });
    const running = [];
    for (const front of names) {
      const task = { title: front, front, upstream: upstream.message.url };
      const { child, message } = await serveIn(file('./front.mjs'), task);
      running.push({ name: front, child, client: createClient(message) });
    }
    const figures = [];
    for (const workload of workloads) {
      tell(`gateway, ${workload.title}`);
      const fronts = workload.fronts ?? usual;
      const asked = running.filter(({ name }) => fronts.includes(name));
      figures.push(await measureWorkload(workload, asked, seconds));
    }
    for (const { client, child } of running) {
      await client.close();
      child.disconnect();
    }
    upstream.child.disconnect();
    return figures;
  },
  print: table,
};

/** All fronts in turns, a slot each, until the time is over. */
async function measureWorkload(workload, running, seconds) {
  const statuses = await verify(workload, running);
  for (const { name, client } of running) await client.load(workload, statuses[name], SLOT_MS);
  const slots = Object.fromEntries(running.map(({ name }) => [name, []]));
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || slots.proxy.length < MIN_ROUNDS) {
    for (const { name, child, client } of running) {
      const before = await cpu(child);
      const { count, perSecond } = await client.load(workload, statuses[name], SLOT_MS);
      slots[name].push({ perSecond, cpu: ((await cpu(child)) - before) / count });
    }
  }
  return { title: workload.title, target: workload.target, fronts: summary(slots) };
}

function summary(slots) {
  const against = (name, key) =>
    quartiles(slots[name].map((slot, index) => slot[key] / slots.proxy[index][key]));
  return Object.fromEntries(
    Object.keys(slots).map((name) => [
      name,
      {
        perSecond: quartiles(slots[name].map((slot) => slot.perSecond)).median,
        cpu: quartiles(slots[name].map((slot) => slot.cpu)).median,
        ratio: against(name, 'perSecond'),
        cpuRatio: against(name, 'cpu'),
      },
    ]),
  );
}

/** Each front twice, held against what the proxy answers. */
async function verify(workload, running) {
  const [proxy] = running;
  const { body: whole } = await proxy.client.ask(workload);
  const statuses = {};
  for (const { name, client } of running) {
    for (const _ of [1, 2]) {
      const { status, body } = await client.ask(workload);
      const decides = name === 'ambit' || name === 'server';
      if (decides && !workload.isRight(status, body, whole)) {
        throw new Problem(
          `${name} answered wrongly (${workload.title}):`,
          JSON.stringify(body).slice(0, 1000),
        );
      }
      statuses[name] = status;
    }
  }
  return statuses;
}

/** Milliseconds of CPU that a front has used. */
async function cpu(child) {
  child.send('cpu');
  const [{ user, system }] = await once(child, 'message');
  return (user + system) / 1000;
}

function table(figures) {
  const others = names.slice(1);
  const lines = figures.map(({ title, target, fronts }) => [
    title,
    target,
    `${short(fronts.proxy.perSecond)}/s, ${time(fronts.proxy.cpu)}`,
    ...others.map((name) => cell(fronts[name])),
  ]);
  return markdown(
    ['gateway, requests per second', 'target', 'proxy alone', ...others.map((name) => titles[name])],
    lines,
  );
}

const cell = (front) => (front ? `${ratio(front.ratio)}, CPU ${short(front.cpuRatio.median)}` : '');
