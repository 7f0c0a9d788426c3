import { NarrowError, type Narrowing, narrowToken, readNarrowed } from 'ambit/narrow';

import { ServerError } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, type Command } from './command.ts';
import { printableJson } from './printable.ts';
import { tokenFrom } from './token-from.ts';
import { boundaryFrom, STANDALONE } from './token-request.ts';

const DEFAULT_END = '10m';

/** Flags that take names of the API, which only a server knows. */
const NAMING = ['operation', 'permission', 'scope', 'boundary'] as const;
const UNCHECKED =
  'Whether the API has these names is not checked here: where it has none of them, the token opens nothing.';

/** `ambit-server token narrow`: a narrower token out of one, computed here and told to nobody. */
export const tokenNarrow: Command = {
  words: ['token', 'narrow'],
  summary: 'makes a narrower token out of one, without asking a server',
  flags: {
    operation: {
      value: 'KIND:NAME',
      repeatable: true,
      help: 'a root field that may run: query:NAME, mutate:NAME, subscribe:NAME; * for all of a kind',
    },
    permission: { value: 'NAME', repeatable: true, help: 'a permission that is kept' },
    scope: { value: 'SCOPE', repeatable: true, help: 'a scope that is kept' },
    boundary: {
      value: 'KIND=ID',
      repeatable: true,
      help: `a place in which permissions are kept: project=acme/web, or ${STANDALONE.join(' or ')}`,
    },
    'read-only': { help: 'no mutation' },
    address: { value: 'CIDR', repeatable: true, help: 'a network from which it may be used: 10.1.0.0/16' },
    expires: { value: 'TIME', help: `30s, 10m, 24h or an instant; at most 24h, ${DEFAULT_END} when absent` },
    label: { value: 'TEXT', help: 'what it is for, shown in the log' },
    env: { value: 'NAME', help: 'the environment variable that holds the token' },
    file: {
      value: 'FILE',
      help: 'the file that holds the token; without --env and --file it comes on stdin',
    },
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server token narrow --env TOKEN --operation mutate:createNote --boundary project=acme/web',
    'ambit-server token narrow --file token.txt --read-only --expires 1h --json',
  ],
  async run(args, io) {
    const narrowing = narrowingFrom(args);
    const token = await narrowed(await tokenFrom(args, io), narrowing);
    const { caveats, expires } = readNarrowed(token);
    if (NAMING.some((flag) => args.has(flag))) io.err(UNCHECKED);
    if (args.has('json')) {
      io.out(printableJson({ token, caveats, expiresAt: expires }));
      return 0;
    }
    io.err(
      `Valid until ${expires}, if the token that it was made from is valid so long. It is not kept here.`,
    );
    // By itself, so that a shell can take it: NARROW=$(ambit-server token narrow ...)
    io.out(token);
    return 0;
  },
};

function narrowingFrom(args: Arguments): Narrowing {
  const label = args.one('label');
  const lists = {
    operations: args.all('operation'),
    permissions: args.all('permission'),
    scopes: args.all('scope'),
    boundaries: args.all('boundary').map(boundaryFrom),
    address: args.all('address'),
  };
  const given = Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0));
  return {
    ...given,
    ...(args.has('read-only') ? { readOnly: true as const } : {}),
    ...(label === undefined ? {} : { label }),
    expires: endFrom(args.one('expires') ?? DEFAULT_END),
  };
}

function endFrom(text: string): string {
  if (!/^\d+$/.test(text)) return text;
  throw new ServerError('INPUT_INVALID', `--expires ${text} has no unit.`, `For minutes write ${text}m.`);
}

async function narrowed(token: string, narrowing: Narrowing): Promise<string> {
  try {
    return await narrowToken(token, narrowing);
  } catch (error) {
    if (!(error instanceof NarrowError)) throw error;
    throw new ServerError('INPUT_INVALID', error.message, error.suggestion);
  }
}
