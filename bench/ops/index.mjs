import { fileURLToPath } from 'node:url';
import { measureIn } from '../lib/child.mjs';
import { quartiles } from '../lib/measure.mjs';
import { markdown, ratio, time } from '../lib/table.mjs';
import { expandRows, peerNames, rowNames } from './rows/index.mjs';
import { workloads } from './workloads.mjs';

const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));
/** Processes of one row; what the compiler makes of the same code differs from one to the next. */
const PROCESSES = 3;

const targets = {
  W1: '<= 1.05',
  W2: '<= 1.02',
  W3: '<= 1.02',
  W4: '<= 0.85',
  W5: '<= 0.55',
  W5b: '<= 1.05',
  W6: '<= 0.1',
  W7: '<= 1.05',
};

/** What an operation costs with authorization, relative to the same operation without. */
export const ops = {
  name: 'ops',
  needsPeers: (rows) => chosen(rows).some((name) => peerNames.includes(name)),
  async measure({ rows, seconds, tell }) {
    const measured = {};
    for (const row of chosen(rows)) measured[row] = { processes: [] };
    for (let turn = 1; turn <= PROCESSES; turn += 1) {
      for (const [row, { processes }] of Object.entries(measured)) {
        tell(`operations, ${row} (${turn} of ${PROCESSES})`);
        const task = { title: row, row, seconds: seconds / PROCESSES };
        processes.push(await measureIn(worker, task));
      }
    }
    return Object.fromEntries(
      Object.entries(measured).map(([row, { processes }]) => [row, pooled(processes)]),
    );
  },
  print: (rows) => [...table(rows), ...jitTable(rows), ...notes(rows)].join('\n'),
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

function table(rows) {
  const shown = Object.values(rows).filter(({ onJit }) => !onJit);
  if (shown.length === 0) return [];
  const lines = workloads.map(({ id, title }) => [
    `${id} ${title}`,
    targets[id],
    ...shown.map(({ figures }) => (figures[id] ? ratio(figures[id].ratio) : '-')),
    bareTime(shown, id),
  ]);
  return [
    markdown(['workload', 'target', ...shown.map(({ title }) => title), 'graphql-js alone'], lines),
    '',
  ];
}

function jitTable(rows) {
  const shown = Object.values(rows).filter(({ onJit }) => onJit);
  if (shown.length === 0) return [];
  const lines = shown.map(({ title, figures }) => [
    title,
    title.includes('Ambit') ? '<= 1.1' : '',
    ratio(figures.W2.ratio),
    time(figures.W2.milliseconds),
  ]);
  return [markdown(['W2 on a compiled executor', 'target', 'ratio', 'the executor alone'], lines), ''];
}

function bareTime(shown, id) {
  const found = shown.map(({ figures }) => figures[id]?.milliseconds).filter((value) => value !== undefined);
  return found.length === 0 ? '-' : time(quartiles(found).median);
}

/** How each row denied, and why some have no figure. */
function notes(rows) {
  return Object.values(rows)
    .filter(({ onJit }) => !onJit)
    .flatMap(({ title, figures, cannot }) => {
      const denied = ['W4', 'W5', 'W6'].filter((id) => figures[id] && figures[id].note !== 'unprotected');
      const said = denied.map((id) => `${id} ${figures[id].note}`);
      const not = Object.entries(cannot).map(([id, why]) => `${id} - (${why})`);
      return said.length + not.length === 0 ? [] : [`- ${title}: ${[...said, ...not].join('; ')}.`];
    });
}
