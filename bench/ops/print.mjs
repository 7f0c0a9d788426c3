import { quartiles } from '../lib/measure.mjs';
import { markdown, ratio, short, time } from '../lib/table.mjs';
import { workloads } from './workloads.mjs';

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
const ours = ['graphql-js', 'floor', 'ambit'];

/** The figures of all rows as Markdown: ours against the targets, the other libraries, the compiled executor, notes. */
export function printOps(rows) {
  const parts = [ownTable(rows), peerTable(rows), jitTable(rows), notes(rows)];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function ownTable(rows) {
  const shown = ['ambit', 'floor', 'graphql-js'].flatMap((name) => (rows[name] ? [rows[name]] : []));
  if (shown.length === 0) return undefined;
  const lines = workloads.map(({ id, title }) => [
    `${id} ${title}`,
    targets[id],
    ...shown.map(({ figures }) => ratio(figures[id].ratio)),
    time(quartiles(shown.map(({ figures }) => figures[id].milliseconds)).median),
  ]);
  return markdown(['workload', 'target', ...shown.map(({ title }) => title), 'graphql-js alone'], lines);
}

function peerTable(rows) {
  const shown = Object.entries(rows).filter(([name, { onJit }]) => !onJit && !ours.includes(name));
  if (shown.length === 0) return undefined;
  const lines = shown.map(([, { title, figures }]) => [
    title,
    ...workloads.map(({ id }) => (figures[id] ? short(figures[id].ratio.median) : '-')),
  ]);
  return markdown(['other libraries, median', ...workloads.map(({ id }) => id)], lines);
}

function jitTable(rows) {
  const shown = Object.entries(rows).filter(([, { onJit }]) => onJit);
  if (shown.length === 0) return undefined;
  const lines = shown.map(([name, { title, figures }]) => [
    title,
    name === 'ambit-jit' ? '<= 1.1' : '',
    ratio(figures.W2.ratio),
    time(figures.W2.milliseconds),
  ]);
  return markdown(['W2 on a compiled executor', 'target', 'against it alone', 'it alone'], lines);
}

/** How each row denied, and why some have no figure. */
function notes(rows) {
  const lines = Object.values(rows)
    .filter(({ onJit }) => !onJit)
    .flatMap(({ title, figures, cannot }) => {
      const denied = ['W4', 'W5', 'W6'].filter((id) => figures[id] && figures[id].note !== 'unprotected');
      const said = denied.map((id) => `${id} ${figures[id].note}`);
      const not = Object.entries(cannot).map(([id, why]) => `${id}: ${why}`);
      return said.length + not.length === 0 ? [] : [`- ${title}: ${[...said, ...not].join('; ')}.`];
    });
  return lines.length === 0 ? undefined : ['What was denied, and how it was told:', '', ...lines].join('\n');
}
