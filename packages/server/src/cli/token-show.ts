import type { ListedToken } from '../authority.ts';
import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import { held } from './token-list.ts';
import { onlyId } from './tokenid.ts';

/** `ambit-server token show ID`: all that is known of one token, but for its secret. */
export const tokenShow: Command = {
  words: ['token', 'show'],
  positional: 'ID',
  summary: 'shows one token: what it may do, until when, what it was last used for',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server token show tok_0OyB1hXWzXQ1ab2cd'],
  async run(args, io) {
    const id = onlyId(args.positionals);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const token = await client.show(id);
      if (args.has('json')) io.out(printableJson(token));
      else for (const line of linesOf(token)) io.out(printable(line));
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** One token on several lines; what there is nothing to say of has none. */
export function linesOf(token: ListedToken): readonly string[] {
  const { rateLimit, revokedAt, revokedBecause, replacedBy, livesUntil, lastUsedAt, lastUsedFor } = token;
  const rows: readonly (readonly [string, string | null])[] = [
    ['name', token.name],
    ['note', token.note],
    ['status', token.status],
    ['holds', held(token.grants)],
    ['rate limit', rateLimit && `${rateLimit.requests} requests in ${rateLimit.seconds} seconds`],
    ['made', `${token.createdAt} by ${token.createdBy}`],
    ['expires', token.expiresAt],
    ['last used', lastUsedAt === null ? 'never' : `${lastUsedAt}${lastUsedFor ? ` for ${lastUsedFor}` : ''}`],
    ['replaced by', replacedBy && `${replacedBy}, lives beside it until ${livesUntil}`],
    ['revoked', revokedAt && `${revokedAt}: ${revokedBecause}`],
  ];
  return [token.id, ...rows.flatMap(([name, text]) => (text === null ? [] : `  ${name.padEnd(12)}${text}`))];
}
