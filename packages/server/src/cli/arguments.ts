import { parseArgs } from 'node:util';

import { ServerError, systemCode } from '../errors.ts';
import { nearestName } from '../nearest.ts';

/** One flag of a command. `value` names what follows it; a flag without `value` is a switch. */
export interface Flag {
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What was on the command line: every given value of every flag, in order. */
export interface Arguments {
  readonly positionals: readonly string[];
  has(flag: string): boolean;
  /** The value of a flag that is given at most once. */
  one(flag: string): string | undefined;
  all(flag: string): readonly string[];
}

/** Reads the arguments of one command. Throws `ServerError` `USAGE` naming the flag and the nearest that there is. */
export function readArguments(argv: readonly string[], flags: Flags): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  const { values, positionals } = parsed(argv, options, flags);
  const all = (flag: string): readonly string[] =>
    (values[flag] ?? []).filter((value) => typeof value === 'string');
  for (const [name, flag] of Object.entries(flags)) {
    if (flag.repeatable === true || all(name).length <= 1) continue;
    throw new ServerError('USAGE', `--${name} may be given once; it was given ${all(name).length} times.`);
  }
  return { positionals, all, one: (flag) => all(flag)[0], has: (flag) => (values[flag] ?? []).length > 0 };
}

type Values = Readonly<Record<string, readonly (string | boolean)[] | undefined>>;

function parsed(
  argv: readonly string[],
  options: Record<string, { type: 'boolean' | 'string'; multiple: boolean }>,
  flags: Flags,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Values, positionals };
  } catch (error) {
    throw usageError(error, argv, flags);
  }
}

// The runtime's own sentences repeat what was typed, which may be a token; only the flag's name is taken over.
function usageError(error: unknown, argv: readonly string[], flags: Flags): unknown {
  const code = systemCode(error);
  if (code === undefined || !code.startsWith('ERR_PARSE_ARGS')) return error;
  const given = argv.filter((word) => word.startsWith('-')).map((word) => word.replace(/=.*$/s, ''));
  const unknown = given.find((word) => !Object.hasOwn(flags, word.replace(/^--/, '')));
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown !== undefined) {
    const near = nearestName(unknown.replace(/^-+/, ''), Object.keys(flags));
    return new ServerError('USAGE', `There is no flag ${unknown} here.`, near && `Did you mean --${near}?`);
  }
  const named = /--[a-z-]+/.exec(error instanceof Error ? error.message : '')?.[0];
  const flag = flags[named?.slice(2) ?? ''];
  const needs = flag?.value === undefined ? 'takes no value' : `needs a value: ${named} ${flag.value}`;
  return new ServerError(
    'USAGE',
    named === undefined ? 'The flags cannot be read.' : `${named} ${needs}.`,
    'See --help.',
  );
}
