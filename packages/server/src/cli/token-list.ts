import type { Grants } from 'ambit';

import type { TokenListQuery } from '../authority/list.ts';
import type { ListedToken } from '../authority.ts';
import { ServerError } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import type { TokenStatus } from '../store/tokens.ts';
import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import type { TokenClient } from './tokenclient.ts';

const STATUSES: readonly TokenStatus[] = ['active', 'expired', 'revoked', 'rotated'];

/** `ambit-server token list`: every token with what it may do and until when; never a secret. */
export const tokenList: Command = {
  words: ['token', 'list'],
  summary: 'lists the tokens that were made, without their secrets',
  flags: {
    subject: { value: 'ID', help: 'only those that act on behalf of this one' },
    status: { value: 'STATUS', help: `only those that are ${STATUSES.join(', ')}` },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server token list', 'ambit-server token list --status active --json'],
  async run(args, io) {
    const query = { subject: args.one('subject'), status: statusFrom(args.one('status')) };
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const tokens = await allOf(client, query);
      if (args.has('json')) io.out(printableJson({ tokens }));
      else if (tokens.length === 0)
        io.out(
          query.subject === undefined && query.status === undefined
            ? 'There are no tokens yet. Make one: ambit-server token create --help'
            : 'There are no such tokens.',
        );
      else for (const token of tokens) io.out(lineOf(token));
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** Every page. */
async function allOf(client: TokenClient, query: TokenListQuery): Promise<readonly ListedToken[]> {
  const tokens: ListedToken[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await client.list({ ...query, limit: '1000', after });
    tokens.push(...page.tokens);
    after = page.next;
  }
  return tokens;
}

function statusFrom(text: string | undefined): TokenStatus | undefined {
  const status = STATUSES.find((one) => one === text);
  if (text === undefined || status !== undefined) return status;
  const near = nearestName(text, STATUSES);
  throw new ServerError(
    'USAGE',
    `--status takes one of ${STATUSES.join(', ')}; it was ${JSON.stringify(text)}.`,
    near && `Did you mean ${near}?`,
  );
}

/** One token on one line, whatever its texts hold: an earlier release took more than this one does. */
export function lineOf({
  id,
  status,
  expiresAt,
  name,
  grants,
}: Pick<ListedToken, 'id' | 'status' | 'expiresAt' | 'name' | 'grants'>): string {
  return printable(`${id}  ${status.padEnd(7)}  until ${expiresAt}  ${name}: ${held(grants)}`);
}

export function held({ scopes, granular, subject }: Grants): string {
  const places = (granular ?? []).map(({ permissions, boundary }) => {
    const where = typeof boundary === 'string' ? boundary : Object.entries(boundary).flat().join('=');
    return `${permissions.join(' ')} in ${where}`;
  });
  return [...(scopes ?? []), ...places].join('; ') + (subject === undefined ? '' : `; for ${subject}`);
}
