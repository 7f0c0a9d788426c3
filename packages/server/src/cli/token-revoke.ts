import { ServerError } from '../errors.ts';
import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

/** `ambit-server token revoke ID`: returns once the token is refused. */
export const tokenRevoke: Command = {
  words: ['token', 'revoke'],
  positional: 'ID',
  summary: 'revokes a token; when it returns, the token is refused',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server token revoke tok_0OyB1hXWzXQ1ab2cd'],
  async run(args, io) {
    const id = onlyId(args.positionals);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const token = await client.revoke(id);
      if (args.has('json')) io.out(printableJson(token));
      else io.out(`${token.id} (${printable(token.name)}) is revoked and refused from now on.`);
      return 0;
    } finally {
      await client.close();
    }
  },
};

// What was given is not repeated: it may be the token itself.
function onlyId(positionals: readonly string[]): string {
  const [id] = positionals;
  if (id !== undefined && positionals.length === 1 && /^tok_[0-9A-Za-z]+$/.test(id)) return id;
  throw new ServerError(
    'USAGE',
    id === undefined
      ? 'Which token? The command needs its id.'
      : 'The command needs one id, which begins with tok_.',
    'ambit-server token list shows the ids.',
  );
}
