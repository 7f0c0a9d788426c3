import { parseArgs as tokenize } from 'node:util';
import { type ArgDef, type ArgsDef, parseArgs } from 'citty';
import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { shownPlace } from '../load/address.ts';

/** What a command answers. `main` prints one of the two forms and leaves with `exit`. */
export interface Answer {
  /** Printed with `--json`: the one document on stdout. */
  readonly json: unknown;
  /** Printed for people. */
  readonly text: string;
  readonly exit: number;
}

/** What `--help` says about a command, besides its options. */
export interface Manual {
  /** One word, or two: `permission new`. */
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the command's name: `[OPTIONS] OP.graphql`. */
  readonly operands: string;
  readonly about: string;
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Exit codes, as `code: meaning`. */
  readonly exits: readonly string[];
}

/** A command as `main` sees it. */
export interface Command {
  readonly manual: Manual;
  readonly args: ArgsDef;
  /** @throws AmbitError for options and input that have to be mended */
  readonly run: (rawArgs: string[]) => Promise<Answer>;
}

/** How many operands a command takes. */
export interface Operands {
  readonly what: string;
  readonly least: number;
  readonly most: number;
}

/** What was given on the command line, vetted. */
export interface Values {
  /** Options that take a value, by name. */
  readonly option: (name: string) => string | undefined;
  /** Whether an option was given that takes none. */
  readonly flag: (name: string) => boolean;
  readonly operands: readonly string[];
}

/** Makes a command of its options and of what it does with them. Options are vetted before anything runs. */
export function command(
  manual: Manual,
  args: ArgsDef,
  operands: Operands,
  run: (values: Values) => Promise<Answer>,
): Command {
  return {
    manual,
    args,
    run: async (rawArgs) => {
      vet(rawArgs, args, operands);
      const parsed = parseArgs(rawArgs, args);
      const option = (name: string): string | undefined => {
        const value = parsed[name];
        return typeof value === 'string' ? value : undefined;
      };
      return run({ option, flag: (name) => parsed[name] === true, operands: parsed._ });
    },
  };
}

/**
 * The parser takes what it does not know for a flag and what is missing for an empty string. A mistyped
 * `--permisions` must not decide without permissions, so everything is looked at first.
 */
function vet(rawArgs: string[], args: ArgsDef, operands: Operands): void {
  const { tokens } = tokenize({
    args: rawArgs,
    options: optionsOf(args),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const seen = new Set<string>();
  const given: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value);
    if (token.kind !== 'option') continue;
    vetOption(token.name, token.rawName, token.value, args);
    if (seen.has(token.name)) throw badOption(`\`${token.rawName}\` is given twice; it takes one value`);
    seen.add(token.name);
  }
  vetPresence(seen, given, args, operands);
}

/** What is missing and what is too much are told together: an operand often stands for a forgotten option. */
function vetPresence(
  seen: ReadonlySet<string>,
  given: readonly string[],
  args: ArgsDef,
  { what, least, most }: Operands,
): void {
  const stray = given[most];
  const tooMany =
    stray === undefined
      ? undefined
      : `\`${shownPlace(stray)}\` is one too many; this command takes ${most === 0 ? 'options only' : what}`;
  for (const [name, arg] of Object.entries(args)) {
    if (!arg.required || seen.has(name)) continue;
    throw badOption(
      `\`--${name}\` is missing: ${arg.description ?? ''}${tooMany === undefined ? '' : `; and ${tooMany}`}`,
      'see --help',
    );
  }
  if (given.length < least)
    throw badOption(
      least > 1 ? `${what} are needed, and ${given.length || 'none'} given` : `${what} is missing`,
      'see --help',
    );
  if (tooMany !== undefined) throw badOption(tooMany, 'see --help');
}

function vetOption(name: string, rawName: string, value: string | undefined, args: ArgsDef): void {
  const arg = Object.hasOwn(args, name) ? args[name] : undefined;
  if (!arg || !rawName.startsWith('--')) {
    const near = nearest(name, Object.keys(args));
    throw badOption(
      `\`${rawName}\` is no option of this command`,
      near === undefined ? 'see --help' : `--${near}`,
    );
  }
  if (arg.type === 'boolean') {
    if (value !== undefined) throw badOption(`\`${rawName}\` takes no value; found \`${value}\``);
    return;
  }
  if (value === undefined || value === '' || (value.startsWith('--') && value.length > 2)) {
    throw badOption(`\`${rawName}\` needs a value: ${arg.description ?? ''}`, 'see --help');
  }
  const options = arg.type === 'enum' ? (arg.options ?? []) : [value];
  if (!options.includes(value)) {
    throw badOption(
      `\`${rawName}\` has to be ${options.join(' or ')}; found \`${value}\``,
      nearest(value, options),
    );
  }
}

function optionsOf(args: ArgsDef): Record<string, { type: 'boolean' | 'string' }> {
  const kind = (arg: ArgDef): 'boolean' | 'string' => (arg.type === 'boolean' ? 'boolean' : 'string');
  return Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, { type: kind(arg) }]));
}

/** A mistake on the command line itself. */
export function badOption(message: string, suggestion?: string): AmbitError {
  return new AmbitError('BAD_OPTION', message, { suggestion });
}
