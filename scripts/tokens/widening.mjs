import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../lib/problem.mjs';
import { runNode } from '../lib/run.mjs';

/**
 * Random sequences of all that makes one credential out of another, on a server in front of Forge: those of
 * `spec/server/widening`, as many as asked for, from a seed. A failure tells its seed and its steps.
 */
export async function widening({ sequences, seed, say = () => undefined }) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-widening-'));
  const out = join(folder, 'result.json');
  say(`widening: ${sequences} sequences from seed ${seed}`);
  try {
    const args = ['node_modules/vitest/vitest.mjs', 'run', 'spec/server/widening'];
    const env = {
      AMBIT_WIDENING_SEQUENCES: String(sequences),
      AMBIT_WIDENING_SEED: String(seed),
      AMBIT_WIDENING_OUT: out,
    };
    const { code, output } = await runNode(args, { env });
    const { broken, ...results } = readResult(out, output);
    say(
      `widening: ${results.sequences} sequences, ${results.credentials} credentials, ${results.answers} pairs of answers`,
    );
    if (broken !== undefined) return { results, failures: [broken] };
    return { results, failures: code === 0 ? [] : [output] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(out, output) {
  try {
    return JSON.parse(readFileSync(out, 'utf8'));
  } catch {
    throw new Problem(`the sequences did not run:\n${output}`);
  }
}
