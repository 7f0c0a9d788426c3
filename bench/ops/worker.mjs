import { report } from '../lib/child.mjs';
import { inTurns, warmUp } from '../lib/measure.mjs';
import { bare } from './rows/bare.mjs';
import { loadRow } from './rows/index.mjs';
import { verify, WrongAnswer } from './verify.mjs';
import { turnsOf, workloads } from './workloads.mjs';
import { createData } from './world.mjs';

const WARM_MS = 1000;

/** One row and what it is measured against, in turns, in one process. */
async function measureRow({ row: name, seconds }) {
  const row = await loadRow(name);
  const shown = workloads.filter(({ id }) => row.shown?.includes(id) ?? true);
  const measured = shown.filter(({ id }) => row.cannot?.[id] === undefined);
  const data = createData();
  // The same data for both: where it lies in memory makes a difference that is not the row's.
  const host = await (row.host ?? bare).create(data);
  const own = await row.create(data);
  const notes = {};
  for (const workload of measured) notes[workload.id] = await check(row, own, workload, data);
  const calls = measured.map((workload) => ({ id: workload.id, ...callsOf(host, own, workload) }));
  await warmUp(
    calls.flatMap(({ bareCall, ownCall }) => [bareCall, ownCall]),
    WARM_MS,
  );
  const figures = {};
  for (const { id, bareCall, ownCall } of calls) {
    figures[id] = { ...(await inTurns(bareCall, ownCall, seconds * 1000)), note: notes[id] };
  }
  return { title: row.title, cannot: row.cannot ?? {}, onJit: row.shown !== undefined, figures };
}

function callsOf(host, own, workload) {
  const [nextOfHost, nextOfOwn] = [turnsOf(workload), turnsOf(workload)];
  return { bareCall: () => host.run(nextOfHost()), ownCall: () => own.run(nextOfOwn()) };
}

/** Twice, because the second answer may come from what the first one left behind. */
async function check(row, own, workload, data) {
  if (row.isUnprotected) return 'unprotected';
  const reference = await bare.create(createData()).run(workload);
  for (const operation of [
    workload,
    workload,
    ...(workload.tokens ?? []).slice(0, 3).map((token) => ({ ...workload, token })),
  ]) {
    data.written = 0;
    const answer = await own.run(operation);
    try {
      verify(workload, answer, reference, data);
    } catch (error) {
      if (error instanceof WrongAnswer) error.message = `${row.name} ${workload.id}: ${error.message}`;
      throw error;
    }
  }
  return verify(workload, await own.run(workload), reference, data);
}

await report(measureRow);
