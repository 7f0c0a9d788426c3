import type { Command } from './command.ts';

/** The help of the program: every command with a line. */
export function programHelp(commands: readonly Command[]): string {
  const calls = commands.map((command) => [callOf(command), command.summary] as const);
  return [
    'ambit-server: least-privilege tokens in front of a GraphQL API',
    '',
    ...columns(calls),
    '',
    'Each command has --help; --version tells which release this is.',
    'AMBIT_PORT, AMBIT_DATA, AMBIT_DATABASE_URL, AMBIT_ROOT_KEY, AMBIT_ADMIN_TOKEN, AMBIT_OAUTH_KEYS and AMBIT_LOG go before the configuration.',
  ].join('\n');
}

/** The help of one command: what it does, its flags, examples. */
export function commandHelp(command: Command): string {
  const flags = Object.entries(command.flags).map(([name, flag]) => {
    const value = flag.value === undefined ? '' : ` ${flag.value}`;
    return [`--${name}${value}`, flag.repeatable ? `${flag.help}; may be repeated` : flag.help] as const;
  });
  return [
    `${callOf(command)} [flags]: ${command.summary}`,
    '',
    ...columns(flags),
    '',
    'For example:',
    ...command.examples.map((line) => `  ${line}`),
  ].join('\n');
}

function callOf(command: Command): string {
  return [
    'ambit-server',
    ...command.words,
    ...(command.positional === undefined ? [] : [command.positional]),
  ].join(' ');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
