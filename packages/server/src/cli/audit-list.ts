import { type AuditListQuery, auditQueryShape, type ShownAuditRow } from '../authority/audit.ts';
import { ServerError } from '../errors.ts';
import { isClientId } from '../oauth/client-request.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { given } from './ask.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { refuseMistaken } from './option-mistakes.ts';
import { printable, printableJson } from './printable.ts';
import type { TokenClient } from './tokenclient.ts';

/** `ambit-server audit list`: what was done to credentials, newest first. */
export const auditList: Command = {
  words: ['audit', 'list'],
  summary: 'lists what was done to credentials, newest first',
  flags: {
    token: { value: 'ID', help: 'only of this token, tok_... or oat_...' },
    client: { value: 'NAME-OR-ID', help: 'only of this OAuth client and its tokens' },
    subject: { value: 'ID', help: 'only what was done to, by or for this subject' },
    limit: { value: 'N', help: 'at most so many rows, up to 1000; 100 when absent' },
    before: { value: 'ROW', help: 'only rows before this one: where the list before ends' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server audit list',
    'ambit-server audit list --token tok_0OyB1hXWzXQ1ab2cd --json',
    'ambit-server audit list --client reports',
  ],
  async run(args, io) {
    const query = queryFrom(args);
    refuseMistaken(auditQueryShape, given(query));
    const named = args.one('client');
    if (named?.trim() === '')
      throw new ServerError('USAGE', '--client must be the id or the name of a client.');
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const { entries, next } = await client.audit({ ...query, client: await clientId(named, client) });
      if (args.has('json')) io.out(printableJson({ entries, next }));
      else if (entries.length === 0) io.out('Nothing of this was done yet.');
      else for (const row of entries) io.out(lineOf(row));
      // Beside the rows, which others count and search.
      if (!args.has('json') && next !== null) io.err(`There is more: add --before ${next}`);
      return 0;
    } finally {
      await client.close();
    }
  },
};

function queryFrom(args: Arguments): AuditListQuery {
  return {
    token: args.one('token'),
    subject: args.one('subject'),
    limit: args.one('limit'),
    before: args.one('before'),
  };
}

async function clientId(ref: string | undefined, { clients }: TokenClient): Promise<string | undefined> {
  return ref === undefined || isClientId(ref) ? ref : (await clients.show(ref)).id;
}

function lineOf({ id, at, action, actor, token, client, subject, details }: ShownAuditRow): string {
  const whose = `${client === null ? '' : ` client ${client}`}${subject === null ? '' : ` for ${subject}`}`;
  const said = Object.keys(details).length === 0 ? '' : `: ${JSON.stringify(details)}`;
  return printable(`${id}  ${at}  ${action.padEnd(14)}  ${token ?? '-'} by ${actor}${whose}${said}`);
}
