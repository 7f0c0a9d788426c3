import type { Grants } from 'ambit';

import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';

/** `ambit-server token list`: every token with what it may do and until when; never a secret. */
export const tokenList: Command = {
  words: ['token', 'list'],
  summary: 'lists the tokens that were made, without their secrets',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server token list', 'ambit-server token list --json'],
  async run(args, io) {
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const tokens = await client.list();
      if (args.has('json')) io.out(JSON.stringify({ tokens }, null, 2));
      else if (tokens.length === 0)
        io.out('There are no tokens yet. Make one: ambit-server token create --help');
      else
        for (const token of tokens)
          io.out(
            `${token.id}  ${token.status.padEnd(7)}  until ${token.expiresAt}  ${token.name}: ${held(token.grants)}`,
          );
      return 0;
    } finally {
      await client.close();
    }
  },
};

function held({ scopes, granular, subject }: Grants): string {
  const places = (granular ?? []).map(({ permissions, boundary }) => {
    const where = typeof boundary === 'string' ? boundary : Object.entries(boundary).flat().join('=');
    return `${permissions.join(' ')} in ${where}`;
  });
  return [...(scopes ?? []), ...places].join('; ') + (subject === undefined ? '' : `; for ${subject}`);
}
