import { parseArgs } from 'node:util';
import { Problem } from '../../scripts/lib/problem.mjs';

/** What was asked for on the command line. @throws Problem for anything that is not understood */
export function readOptions(args, { parts, rows }) {
  const { only, rows: named, seconds, json } = parsed(args);
  return {
    parts: only === undefined ? parts : among('--only', only, parts),
    rows: named === undefined ? undefined : among('--rows', named, rows),
    seconds: positive(seconds),
    json,
  };
}

function parsed(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        rows: { type: 'string' },
        seconds: { type: 'string', default: '3' },
        json: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new Problem(`${error.message} Known are --only, --rows, --seconds and --json.`);
  }
}

function among(name, text, known) {
  const values = text.split(',');
  const unknown = values.filter((value) => !known.includes(value));
  if (unknown.length === 0) return values;
  throw new Problem(`\`${name}\` does not know \`${unknown.join(', ')}\`; it knows ${known.join(', ')}.`);
}

function positive(text) {
  const value = Number(text);
  if (value > 0 && value <= 600) return value;
  throw new Problem(`\`--seconds ${text}\` is not understood; write a number above 0, at most 600.`);
}
