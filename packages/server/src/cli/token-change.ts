import type { AskedChange } from '../authority/change.ts';
import { ServerError } from '../errors.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import { fromFlags, notedFrom } from './token-request.ts';
import { linesOf } from './token-show.ts';
import { onlyId } from './tokenid.ts';

/** `ambit-server token change ID`: another name, note or limit, or less of what it holds. */
export const tokenChange: Command = {
  words: ['token', 'change'],
  positional: 'ID',
  summary: 'changes name, note or limit of a token, or leaves it less than it holds',
  flags: {
    name: { value: 'NAME', help: 'what the token is for' },
    note: { value: 'TEXT', help: 'what people should know of it; an empty text takes it away' },
    'rate-limit': { value: 'REQUESTS/SECONDS', help: 'a limit of its own, such as 600/60' },
    'no-rate-limit': { help: 'takes its own limit away; the configured one stays' },
    scope: { value: 'SCOPE', repeatable: true, help: 'a scope that it keeps; it loses all others' },
    permission: {
      value: 'NAME',
      repeatable: true,
      help: 'a permission that it keeps in every --boundary given; it loses all others',
    },
    boundary: { value: 'KIND=ID', repeatable: true, help: 'where it keeps them' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server token change tok_0OyB1hXWzXQ1ab2cd --note "nightly job" --rate-limit 600/60',
    'ambit-server token change tok_0OyB1hXWzXQ1ab2cd --scope api:graphql:query:version',
  ],
  async run(args, io) {
    const id = onlyId(args.positionals);
    const change = changeFrom(args);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const token = await client.change(id, change);
      if (args.has('json')) io.out(printableJson(token));
      else for (const line of linesOf(token)) io.out(printable(line));
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** What the flags ask for. Throws `ServerError` `USAGE`. */
export function changeFrom(args: Arguments): AskedChange {
  const name = args.one('name');
  const { note, rateLimit } = notedFrom(args);
  const { scopes = [], granular = [] } = fromFlags(args);
  if (rateLimit !== undefined && args.has('no-rate-limit'))
    throw new ServerError('USAGE', '--rate-limit and --no-rate-limit cannot stand together.');
  const isShrunk = scopes.length > 0 || granular.length > 0;
  const change: AskedChange = {
    ...(name === undefined ? {} : { name }),
    ...(note === undefined ? {} : { note: note === '' ? null : note }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(args.has('no-rate-limit') ? { rateLimit: null } : {}),
    // Together they say all that is left of it.
    ...(isShrunk ? { scopes, granular } : {}),
  };
  if (Object.keys(change).length > 0) return change;
  throw new ServerError('USAGE', 'Nothing is to be changed.', 'See --help.');
}
