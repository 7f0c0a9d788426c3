import { auditQueryShape, type ShownAuditRow } from '../authority/audit.ts';
import { openTokenClient } from './adminclient.ts';
import { given } from './ask.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { refuseMistaken } from './option-mistakes.ts';
import { printable, printableJson } from './printable.ts';

/** `ambit-server audit list`: what was done to credentials, newest first. */
export const auditList: Command = {
  words: ['audit', 'list'],
  summary: 'lists what was done to credentials, newest first',
  flags: {
    token: { value: 'ID', help: 'only what was done to this token' },
    limit: { value: 'N', help: 'at most so many rows, up to 1000; 100 when absent' },
    before: { value: 'ROW', help: 'only rows before this one: `next` of the list before' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server audit list', 'ambit-server audit list --token tok_0OyB1hXWzXQ1ab2cd --json'],
  async run(args, io) {
    const query = { token: args.one('token'), limit: args.one('limit'), before: args.one('before') };
    refuseMistaken(auditQueryShape, given(query));
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const page = await client.audit(query);
      if (args.has('json')) io.out(printableJson(page));
      else if (page.entries.length === 0) io.out('Nothing was done yet.');
      else for (const row of page.entries) io.out(lineOf(row));
      return 0;
    } finally {
      await client.close();
    }
  },
};

function lineOf({ id, at, action, actor, token, client, subject, details }: ShownAuditRow): string {
  const whose = `${client === null ? '' : ` client ${client}`}${subject === null ? '' : ` for ${subject}`}`;
  const said = Object.keys(details).length === 0 ? '' : `: ${JSON.stringify(details)}`;
  return printable(`${id}  ${at}  ${action.padEnd(14)}  ${token ?? '-'} by ${actor}${whose}${said}`);
}
