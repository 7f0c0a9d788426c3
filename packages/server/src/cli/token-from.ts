import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { ServerError, systemCode } from '../errors.ts';
import type { Arguments, Flags } from './arguments.ts';
import type { Io } from './command.ts';

const NO_TOKEN = 'Send it on stdin, or name where it is: --env NAME or --file FILE.';

/** Where a command takes a token from. */
export const TOKEN_FLAGS: Flags = {
  env: { value: 'NAME', help: 'the environment variable that holds the token' },
  file: {
    value: 'FILE',
    help: 'the file that holds the token; without --env and --file it comes on stdin',
  },
};

/**
 * The token that a command is given on stdin, in a variable or in a file. Never from an argument: everybody on the
 * machine can read those, and shells keep them. Throws `ServerError` `USAGE`, `INPUT_INVALID`.
 */
export async function tokenFrom(args: Arguments, io: Io): Promise<string> {
  const [name, file] = [args.one('env'), args.one('file')];
  if (args.positionals.length > 0) {
    throw new ServerError(
      'USAGE',
      'The token is not taken from the command line, which others can read.',
      NO_TOKEN,
    );
  }
  if (name !== undefined && file !== undefined) {
    throw new ServerError('USAGE', 'There is one token; --env and --file name two.', 'Give one of them.');
  }
  const text = await (name !== undefined
    ? io.env[name]
    : file !== undefined
      ? textIn(resolve(io.folder, file))
      : io.input?.());
  if (text !== undefined && text.trim() !== '') return text.trim();
  throw new ServerError('USAGE', `There is no token ${sourceOf(name, file)}.`, NO_TOKEN);
}

function sourceOf(name: string | undefined, file: string | undefined): string {
  if (name !== undefined) return 'in the environment variable of --env';
  return file === undefined ? 'on stdin' : 'in the file of --file';
}

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new ServerError(
      'INPUT_INVALID',
      'The file of --file cannot be read.',
      'Give a file that holds the token.',
    );
  }
}
