import type { ShownClient } from '../oauth/clients.ts';
import { openTokenClient } from './adminclient.ts';
import { onlyClient } from './clientref.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import { held } from './token-list.ts';

const PROOFS: Readonly<Record<ShownClient['authentication'], string>> = {
  secret: 'by its secret',
  key: 'by a key of its own',
  none: 'not at all: it is public',
};

/** `ambit-server client show NAME-OR-ID`: all that is known of one client, but for its secret. */
export const clientShow: Command = {
  words: ['client', 'show'],
  positional: 'NAME-OR-ID',
  summary: 'shows one OAuth client: what it may be given, where people are sent back to, when it was used',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server client show reports', 'ambit-server client show cli_0OyB1hXWzXQ1ab2cd --json'],
  async run(args, io) {
    const ref = onlyClient(args.positionals);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const shown = await client.clients.show(ref);
      if (args.has('json')) io.out(printableJson(shown));
      else for (const line of linesOf(shown)) io.out(printable(line));
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** What there is nothing to say of has no line. */
function linesOf(client: ShownClient): readonly string[] {
  const { createdAt, createdBy, disabledAt, lastIssuedAt, grants, redirectUris } = client;
  const rows: readonly (readonly [string, string])[] = [
    ['name', client.name],
    ['status', disabledAt === null ? 'in use' : `disabled at ${disabledAt}`],
    ['proves who it is', PROOFS[client.authentication]],
    ...(grants.length === 0 ? [] : ([['grants', grants.map(shortGrant).join(', ')]] as const)),
    ['at most', held(client.ceiling) || 'nothing'],
    ...(client.subject === null ? [] : ([['acts as', client.subject]] as const)),
    ...redirectUris.map((uri) => ['sends back to', uri] as const),
    ...(client.introspects ? ([['introspects', 'may ask about tokens that others hold']] as const) : []),
    ...(client.dpop ? ([['DPoP', 'all its tokens are bound to a key']] as const) : []),
    ['made', `${createdAt} by ${createdBy}`],
    ['last given a token', lastIssuedAt ?? 'never'],
  ];
  return [client.id, ...rows.map(([name, text]) => `  ${name.padEnd(20)}${text}`)];
}

/** As `client create --grant` takes it. */
function shortGrant(grant: string): string {
  return grant.replace(/^urn:ietf:params:oauth:grant-type:/, '').replaceAll('-', '_');
}
