import { readFile } from 'node:fs/promises';
import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { checkCommand } from './check.ts';
import { type Answer, badOption, type Command } from './command.ts';
import { decideCommand } from './decide.ts';
import { diffCommand } from './diff.ts';
import { manualOf, overview } from './help.ts';
import { initCommand } from './init.ts';
import { maskCommand } from './mask.ts';
import { needsCommand } from './needs.ts';
import { permissionNewCommand } from './permission.ts';
import { failureJson, failureText, printable } from './print.ts';
import { referenceCommand } from './reference.ts';
import { testCommand } from './test.ts';

const COMMANDS: readonly Command[] = [
  checkCommand,
  needsCommand,
  decideCommand,
  maskCommand,
  testCommand,
  initCommand,
  permissionNewCommand,
  diffCommand,
  referenceCommand,
];

/** Input that has to be mended. */
const EXIT_INPUT = 2;
/** A defect of ours (`EX_SOFTWARE`). */
const EXIT_DEFECT = 70;

/** Runs one command line; answers the exit code. Everything that is printed is printed here. */
export async function runMain(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', endOnClosedPipe);
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const asJson = own.includes('--json');
  try {
    const answer = await answerTo(argv, own);
    process.stdout.write(`${printable(asJson ? JSON.stringify(answer.json, undefined, 2) : answer.text)}\n`);
    return answer.exit;
  } catch (thrown) {
    const error = isTooDeep(thrown)
      ? new AmbitError('BAD_OPERATION', 'the input is nested too deeply')
      : thrown;
    process.stderr.write(`${failureText(error)}\n`);
    if (process.env['AMBIT_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    if (asJson) process.stdout.write(`${printable(JSON.stringify(failureJson(error), undefined, 2))}\n`);
    return error instanceof AmbitError ? EXIT_INPUT : EXIT_DEFECT;
  }
}

async function answerTo(argv: readonly string[], own: readonly string[]): Promise<Answer> {
  const words = argv.flatMap((arg, at) => (arg === '--json' ? [] : [{ arg, at }]));
  const name = words[0]?.arg;
  const wantsHelp = own.includes('--help') || own.includes('-h');
  if (name?.startsWith('-') && wantsHelp) return helpAnswer(overview(COMMANDS), 0);
  if (name === '--version' && words.length === 1) return versionAnswer();
  if (name === undefined)
    throw badOption(
      `a command is missing; known are ${COMMANDS.map(({ manual }) => manual.name).join(', ')}`,
      'see ambit --help',
    );
  if (name === 'help') return helpOn(words.slice(1).map(({ arg }) => arg));
  const found = COMMANDS.find(({ manual }) =>
    manual.name.split(' ').every((word, at) => words[at]?.arg === word),
  );
  if (!found && wantsHelp && words[1]?.arg.startsWith('-')) return helpOn([name]);
  if (!found) throw unknownCommand(name, words[1]?.arg);
  if (wantsHelp) return helpAnswer(manualOf(found), 0);
  const ownWords = words.slice(0, found.manual.name.split(' ').length).map(({ at }) => at);
  return found.run(argv.filter((_, at) => !ownWords.includes(at)));
}

/** What `help` says: of everything, of one command, or of the commands that begin with a word. */
function helpOn(words: readonly string[]): Answer {
  const named = words.filter((word) => !word.startsWith('-'));
  if (named.length === 0) return helpAnswer(overview(COMMANDS), 0);
  const found = COMMANDS.filter(({ manual }) => `${manual.name} `.startsWith(`${named.join(' ')} `));
  if (found.length === 0) throw unknownCommand(named[0] ?? '', named[1]);
  return helpAnswer(found.map(manualOf).join('\n\n'), 0);
}

/** The version in the manifest, two folders above the built file. */
async function versionAnswer(): Promise<Answer> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return { json: { version }, text: String(version), exit: 0 };
}

function helpAnswer(text: string, exit: number): Answer {
  return { json: { help: text }, text, exit };
}

function unknownCommand(name: string, second: string | undefined): AmbitError {
  const group = COMMANDS.map(({ manual }) => manual.name).filter((one) => one.startsWith(`${name} `));
  if (group.length > 0)
    return badOption(
      `\`${name}${second === undefined || second.startsWith('-') ? '' : ` ${second}`}\` is no command; known are ${group.join(', ')}`,
      `see ambit ${group[0] ?? ''} --help`,
    );
  const names = COMMANDS.map(({ manual }) => manual.name);
  if (name.startsWith('-'))
    return badOption(
      `\`${name}\` stands where a command has to; known are ${names.join(', ')}`,
      'write the command first: ambit check --schema schema.graphql',
    );
  return badOption(
    `\`${name}\` is no command; known are ${names.join(', ')}`,
    nearest(name, names) ?? 'see ambit --help',
  );
}

/** Parsers recurse: what overflows their stack is the input's doing. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** Whoever reads may stop reading, as `head` does. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
