import type { Environment } from '../config-file.ts';
import type { Arguments, Flags } from './arguments.ts';

/** The world as a command sees it. */
export interface Io {
  readonly env: Environment;
  /** The working folder. */
  readonly folder: string;
  /** Writes a line to stdout: the answer. */
  readonly out: (line: string) => void;
  /** Writes a line to stderr: everything else. */
  readonly err: (line: string) => void;
  /** All of stdin; nothing where somebody sits at it. */
  readonly input?: () => Promise<string | undefined>;
}

export interface Command {
  /** The words that call it, without `ambit-server`. */
  readonly words: readonly string[];
  readonly positional?: string;
  readonly summary: string;
  readonly flags: Flags;
  readonly examples: readonly string[];
  /** Gives the exit code. Throws `ServerError` or `AmbitError` for what somebody has to change. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** Flags that more than one command has, with the same meaning. */
export const CONFIG_FLAG: Flags = {
  config: { value: 'FILE', help: 'the configuration; without it ambit.yml in the working folder' },
};

export const COMMON_FLAGS: Flags = {
  json: { help: 'print exactly one JSON document on stdout, messages on stderr' },
  help: { help: 'show this help' },
};
