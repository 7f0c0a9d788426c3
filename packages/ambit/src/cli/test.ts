import { resolve } from 'node:path';
import type { Case, CaseResult } from '../cases.ts';
import { loadCaseFile, runCase } from '../cases.ts';
import { AmbitError } from '../errors.ts';
import { type Answer, badOption, type Command, command } from './command.ts';
import { everywhere } from './options.ts';
import { placeText } from './print.ts';
import { Progress } from './progress.ts';

/** `ambit test` */
export const testCommand: Command = command(
  {
    name: 'test',
    summary: 'do the cases of a policy come out as written?',
    operands: '[OPTIONS] CASES.yml...',
    about:
      'Runs case files: each case is grants, an operation, and what must come out of the decision. A file names its own schema, rules and permissions; options stand in for what it names, and a case that brings its own keeps it.',
    examples: [
      { line: 'ambit test policy/*.yml', does: 'in CI, after every change of the rules' },
      { line: 'ambit test --rules proposed.yml policy/*.yml', does: 'would these rules still do?' },
    ],
    exits: ['0 all passed', '1 some failed', '2 something cannot be read'],
  },
  {
    schema: {
      type: 'string',
      valueHint: 'PLACE',
      description: 'decide by this schema instead of the one that the files name',
    },
    ...everywhere,
  },
  { what: 'a case file', least: 1, most: Number.POSITIVE_INFINITY },
  async ({ operands, option }) => {
    if (new Set(operands).size < operands.length) throw badOption('a case file is given twice');
    const instead = Object.fromEntries(
      ['schema', 'rules', 'permissions', 'coverage'].map((name) => [name, placeOf(name, option(name))]),
    );
    const progress = new Progress();
    const cases: Case[] = [];
    for (const file of operands) {
      progress.step(`reading ${file}`);
      cases.push(...(await loadCaseFile(file, instead)));
    }
    idsDiffer(cases);
    progress.step(`running ${cases.length} cases`);
    const results: Result[] = [];
    for (const one of cases) results.push({ from: one, ...(await runCase(one)) });
    progress.end();
    return answerOf(results);
  },
);

/** Paths on the command line are seen from here, those in a file from that file. */
function placeOf(name: string, value: string | undefined): string | undefined {
  return value === undefined || name === 'coverage' || /^https?:/.test(value) ? value : resolve(value);
}

interface Result extends CaseResult {
  readonly from: Case;
}

/** An id is how people and CI speak about a case, so it has to mean one. */
function idsDiffer(cases: readonly Case[]): void {
  const seen = new Map<string, Case>();
  for (const one of cases) {
    const other = seen.get(one.id);
    if (other)
      throw new AmbitError('BAD_CASES', `the id \`${one.id}\` is taken by a case of ${other.file}`, {
        file: one.file,
        line: one.line,
        suggestion: 'give every case an id of its own',
      });
    seen.set(one.id, one);
  }
}

function answerOf(results: readonly Result[]): Answer {
  const passed = results.filter((result) => result.passed).length;
  const failed = results.length - passed;
  const lines = results.filter((result) => !result.passed).flatMap(failureLines);
  return {
    json: {
      cases: results.map(({ id, passed: ok, differences }) => ({ id, passed: ok, differences })),
      passed,
      failed,
    },
    text: [...lines, `${passed} passed, ${failed} failed`].join('\n'),
    exit: failed > 0 ? 1 : 0,
  };
}

function failureLines({ id, differences, from }: Result): string[] {
  const indented = differences.flatMap((difference) =>
    difference.split('\n').map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
  );
  return [`${placeText(from)}\`${id}\` failed`, ...indented, ''];
}
