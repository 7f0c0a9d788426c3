import { type ErrorBody, ServerError } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import { readVersion } from '../version.ts';
import { readArguments } from './arguments.ts';
import { auditList } from './audit-list.ts';
import { clientCreate } from './client-create.ts';
import { clientDisable, clientList } from './client-list.ts';
import { clientShow } from './client-show.ts';
import type { Command, Io } from './command.ts';
import { exportCommand } from './export.ts';
import { commandHelp, programHelp } from './help.ts';
import { importCommand } from './import.ts';
import { keysRotate } from './keys-rotate.ts';
import { keysWithdraw } from './keys-withdraw.ts';
import { personCommands } from './person.ts';
import { printable, printableJson } from './printable.ts';
import { scopesList } from './scopes-list.ts';
import { start } from './start.ts';
import { tokenChange } from './token-change.ts';
import { tokenCreate } from './token-create.ts';
import { tokenList } from './token-list.ts';
import { tokenNarrow } from './token-narrow.ts';
import { tokenRevoke } from './token-revoke.ts';
import { tokenRevokeNarrowed } from './token-revoke-narrowed.ts';
import { tokenRotate } from './token-rotate.ts';
import { tokenShow } from './token-show.ts';

const COMMANDS: readonly Command[] = [
  start,
  tokenCreate,
  tokenList,
  tokenShow,
  tokenChange,
  tokenRotate,
  tokenNarrow,
  tokenRevoke,
  tokenRevokeNarrowed,
  clientCreate,
  clientList,
  clientShow,
  clientDisable,
  scopesList,
  auditList,
  ...personCommands,
  keysRotate,
  keysWithdraw,
  exportCommand,
  importCommand,
];
/** These say by themselves what is wrong with words that they do not take. */
const OWN_WORDS: readonly Command[] = [start, tokenNarrow, tokenRevokeNarrowed, exportCommand];
const DEFECT = 70;

/** Runs the command that the words call; gives the exit code. Never rejects. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const json = argv.includes('--json');
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return await report(error, json, io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const wantsHelp = argv.includes('--help');
  if (argv[0] === '--version' && !wantsHelp) return tellVersion(argv.slice(1), io);
  const command = find(argv);
  if (command === undefined) {
    const isGroup = argv[1] === '--help' && COMMANDS.some(({ words }) => words[0] === argv[0]);
    if (!isGroup && argv[0] !== 'help') throw unknownCommand(argv);
    io.out(programHelp(COMMANDS));
    return 0;
  }
  if (wantsHelp) {
    io.out(command === start ? `${programHelp(COMMANDS)}\n\n${commandHelp(start)}` : commandHelp(command));
    return 0;
  }
  const args = readArguments(argv.slice(command.words.length), command.flags);
  if (command.positional === undefined && args.positionals.length > 0 && !OWN_WORDS.includes(command))
    throw strayWords(command);
  return command.run(args, io);
}

// What was typed is not repeated: it may be a token.
function strayWords({ words }: Command): ServerError {
  return new ServerError(
    'USAGE',
    `${words.join(' ')} takes flags alone; there was a word that belongs to none.`,
    `See ambit-server ${words.join(' ')} --help.`,
  );
}

async function tellVersion(argv: readonly string[], io: Io): Promise<number> {
  const args = readArguments(argv, { json: { help: 'print one JSON document' } });
  const version = await readVersion();
  io.out(args.has('json') ? JSON.stringify({ version }) : version);
  return 0;
}

function find(argv: readonly string[]): Command | undefined {
  const named = COMMANDS.find(
    (command) => command !== start && command.words.every((word, at) => argv[at] === word),
  );
  const startsAtOnce = argv[0] === undefined || argv[0].startsWith('-');
  return named ?? (startsAtOnce ? start : undefined);
}

function unknownCommand(argv: readonly string[]): ServerError {
  const known = COMMANDS.flatMap((command) => (command === start ? [] : command.words.join(' ')));
  const words = argv
    .filter((word) => !word.startsWith('-'))
    .slice(0, 2)
    .join(' ');
  const near = nearestName(words, known);
  const hint = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${near}?`;
  return new ServerError('USAGE', 'There is no such command.', `${hint} See ambit-server --help.`);
}

async function report(error: unknown, json: boolean, io: Io): Promise<number> {
  const { body, exit } = await describe(error);
  const { message, suggestion, file, line } = body.error;
  if (json) {
    io.out(printableJson(body));
    return exit;
  }
  const where = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  io.err(`ambit-server: ${linesOf(`${where}${message}`).join('\n')}`);
  for (const hint of linesOf(suggestion ?? '')) if (hint !== '') io.err(`  hint: ${hintText(hint)}`);
  if (exit === DEFECT && error instanceof Error && io.env['AMBIT_LOG'] === 'debug')
    io.err(String(error.stack));
  return exit;
}

/** Several problems stand on a line each; what names hold is no command to a terminal. */
function linesOf(text: string): string[] {
  return text.split('\n').map(printable);
}

/** A suggestion is a name, or says what to do in words. */
function hintText(hint: string): string {
  return /^\S+$/.test(hint) ? `did you mean \`${hint}\`?` : hint;
}

async function describe(error: unknown): Promise<{ readonly body: ErrorBody; readonly exit: number }> {
  if (error instanceof ServerError) {
    const { code, message, suggestion, exit } = error;
    return { body: { error: { code, message, ...(suggestion === undefined ? {} : { suggestion }) } }, exit };
  }
  // Most commands never need the engine, which takes longer to load than they take.
  const { AmbitError } = await import('ambit');
  if (error instanceof AmbitError) {
    const { code, message, suggestion, file, line } = error;
    const details = Object.entries({ suggestion, file, line }).filter(([, value]) => value !== undefined);
    return { body: { error: { code, message, ...Object.fromEntries(details) } }, exit: 2 };
  }
  const message = `This is a defect of Ambit: ${error instanceof Error ? error.message : String(error)}`;
  const suggestion = 'Please report it, with what you did. AMBIT_LOG=debug shows where it happened.';
  return { body: { error: { code: 'INTERNAL', message, suggestion } }, exit: DEFECT };
}
