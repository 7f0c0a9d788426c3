import { fileURLToPath } from 'node:url';
import { measureIn } from '../lib/child.mjs';
import { quartiles } from '../lib/measure.mjs';
import { printOps } from './print.mjs';
import { expandRows, peerNames, rowNames } from './rows/index.mjs';

const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));
/** Processes of one row; what the compiler makes of the same code differs from one to the next. */
const PROCESSES = 3;
/** Below this many seconds a row has one process: warming it up would take longer than measuring. */
const SHORT_SECONDS = 1.5;

/** What an operation costs with authorization, relative to the same operation without. */
export const ops = {
  name: 'ops',
  needsPeers: (rows) => chosen(rows).some((name) => peerNames.includes(name)),
  async measure({ rows, seconds, tell }) {
    const measured = {};
    for (const row of chosen(rows)) measured[row] = { processes: [] };
    const turns = seconds < SHORT_SECONDS ? 1 : PROCESSES;
    for (let turn = 1; turn <= turns; turn += 1) {
      for (const [row, { processes }] of Object.entries(measured)) {
        tell(`operations, ${row} (${turn} of ${turns})`);
        const task = { title: row, row, seconds: seconds / turns };
        processes.push(await measureIn(worker, task));
      }
    }
    return Object.fromEntries(
      Object.entries(measured).map(([row, { processes }]) => [row, pooled(processes)]),
    );
  },
  print: printOps,
};

const chosen = (rows) => (rows ? expandRows(rows).filter((name) => rowNames.includes(name)) : rowNames);

function pooled([first, ...others]) {
  const figures = Object.fromEntries(
    Object.entries(first.figures).map(([id, { note }]) => {
      const parts = [first, ...others].map((process) => process.figures[id]);
      return [
        id,
        {
          ratio: quartiles(parts.flatMap(({ ratios }) => ratios)),
          milliseconds: quartiles(parts.flatMap(({ times }) => times)).median,
          note,
        },
      ];
    }),
  );
  return { title: first.title, cannot: first.cannot, onJit: first.onJit, figures };
}
