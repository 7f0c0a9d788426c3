import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import { onlyId } from './tokenid.ts';

/** `ambit-server token revoke ID`: returns once the token is refused. */
export const tokenRevoke: Command = {
  words: ['token', 'revoke'],
  positional: 'ID',
  summary: 'revokes a token; when it returns, the token is refused',
  flags: {
    reason: { value: 'TEXT', help: 'why, for the audit' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server token revoke tok_0OyB1hXWzXQ1ab2cd'],
  async run(args, io) {
    const id = onlyId(args.positionals);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const token = await client.revoke(id, args.one('reason'));
      if (args.has('json')) io.out(printableJson(token));
      else {
        io.out(`${token.id} (${printable(token.name)}) is revoked and refused from now on.`);
        if (token.replacedBy !== null) io.out(`${token.replacedBy}, which took its place, lives on.`);
      }
      return 0;
    } finally {
      await client.close();
    }
  },
};
