import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printableJson } from './printable.ts';
import { TOKEN_FLAGS, tokenFrom } from './token-from.ts';

/** `ambit-server token revoke-narrowed`: returns once the narrowed token is refused. */
export const tokenRevokeNarrowed: Command = {
  words: ['token', 'revoke-narrowed'],
  summary: 'revokes one narrowed token with all that was made of it; its parent stays',
  flags: { ...TOKEN_FLAGS, ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: [
    'ambit-server token revoke-narrowed --env NARROWED',
    'ambit-server token revoke-narrowed --file token.txt --json',
  ],
  async run(args, io) {
    const token = await tokenFrom(args, io);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const link = await client.revokeNarrowed(token);
      if (args.has('json')) io.out(printableJson(link));
      else
        io.out(
          `${link.parentId}.${link.digest.slice(0, 8)} is revoked and refused from now on; ${link.parentId} stays.`,
        );
      return 0;
    } finally {
      await client.close();
    }
  },
};
