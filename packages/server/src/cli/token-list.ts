import type { Grants } from 'ambit';

import type { ListedToken } from '../authority.ts';
import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

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
      if (args.has('json')) io.out(printableJson({ tokens }));
      else if (tokens.length === 0)
        io.out('There are no tokens yet. Make one: ambit-server token create --help');
      else for (const token of tokens) io.out(lineOf(token));
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** One token on one line, whatever its texts hold: an earlier release took more than this one does. */
export function lineOf({ id, status, expiresAt, name, grants }: ListedToken): string {
  return printable(`${id}  ${status.padEnd(7)}  until ${expiresAt}  ${name}: ${held(grants)}`);
}

function held({ scopes, granular, subject }: Grants): string {
  const places = (granular ?? []).map(({ permissions, boundary }) => {
    const where = typeof boundary === 'string' ? boundary : Object.entries(boundary).flat().join('=');
    return `${permissions.join(' ')} in ${where}`;
  });
  return [...(scopes ?? []), ...places].join('; ') + (subject === undefined ? '' : `; for ${subject}`);
}
