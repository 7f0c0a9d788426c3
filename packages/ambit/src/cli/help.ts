import type { ArgDef, ArgsDef } from 'citty';
import type { Command } from './command.ts';

/** How wide texts for people are. */
export const WIDTH = 92;

/** The text of `ambit --help`. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ manual }): [string, string] => [manual.name, manual.summary]);
  return [
    'ambit: what a token may do on a GraphQL API, worked out offline',
    '',
    'Usage: ambit COMMAND [OPTIONS]',
    '',
    ...table(rows),
    '',
    '`ambit COMMAND --help` tells more, `ambit --version` which release this is. Every command has `--json`.',
  ].join('\n');
}

/** The text of `ambit COMMAND --help`. */
export function manualOf({ manual, args }: Command): string {
  const examples = manual.examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${line}`, '']);
  return [
    `ambit ${manual.name}: ${manual.summary}`,
    '',
    `Usage: ambit ${manual.name} ${manual.operands}`,
    '',
    ...wrap(manual.about, WIDTH),
    '',
    'Options:',
    ...table(optionRows(args)),
    '',
    'Examples:',
    ...examples,
    `Exit: ${manual.exits.join('; ')}`,
  ].join('\n');
}

function optionRows(args: ArgsDef): [string, string][] {
  return Object.entries(args).map(([name, arg]) => [
    `--${name}${hint(arg)}`,
    `${arg.description ?? ''}${arg.required ? ' (required)' : ''}`,
  ]);
}

function hint(arg: ArgDef): string {
  if (arg.type === 'enum') return ` ${(arg.options ?? []).join('|')}`;
  return arg.valueHint === undefined ? '' : ` ${arg.valueHint}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, WIDTH - width - 2);
    return [`  ${left.padEnd(width)}${first}`, ...rest.map((line) => `  ${' '.repeat(width)}${line}`)];
  });
}

/** Breaks a text between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
