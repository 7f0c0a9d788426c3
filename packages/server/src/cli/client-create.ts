import { ServerError } from '../errors.ts';
import { type ClientInput, GRANT_TYPES, type GrantName } from '../oauth/client-request.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';
import { fromFlags } from './token-request.ts';

const NAMES = Object.keys(GRANT_TYPES) as readonly GrantName[];

/** `ambit-server client create`: makes an OAuth client and shows its secret, once. */
export const clientCreate: Command = {
  words: ['client', 'create'],
  summary: 'makes an OAuth client and shows its secret, once',
  flags: {
    name: { value: 'NAME', help: 'what people see where they are asked; needed' },
    grant: { value: 'GRANT', repeatable: true, help: `${NAMES.join(', ')}; client_credentials if left out` },
    scope: { value: 'SCOPE', repeatable: true, help: 'a scope that it may be given' },
    permission: {
      value: 'NAME',
      repeatable: true,
      help: 'a permission that it may be given in every --boundary',
    },
    boundary: { value: 'KIND=ID', repeatable: true, help: 'where: project=acme/web, or user or instance' },
    redirect: { value: 'URI', repeatable: true, help: 'where people are sent back to, compared exactly' },
    subject: { value: 'ID', help: 'whom its own tokens act as (client_credentials)' },
    public: { help: 'it can keep no secret: an app in a browser, on a phone or a desktop' },
    introspects: { help: 'it may ask about tokens that others hold: a server behind the gateway' },
    dpop: { help: 'all of its tokens are bound to a key' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server client create --name reports --scope tilores/query.search',
    'ambit-server client create --name App --grant authorization_code --redirect https://app.example.com/back --scope api',
  ],
  async run(args, io) {
    const input = inputFrom(args);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const made = await client.clients.create(input);
      if (args.has('json')) io.out(printableJson(made));
      else {
        io.err(
          `${printable(made.name)} is made. ${made.secret === undefined ? 'It has no secret.' : 'Its secret is shown this once:'}`,
        );
        io.out(made.secret === undefined ? made.id : `${made.id}:${made.secret}`);
      }
      return 0;
    } finally {
      await client.close();
    }
  },
};

function inputFrom(args: Arguments): ClientInput {
  const name = args.one('name');
  if (name === undefined)
    throw new ServerError('USAGE', 'A client needs a name.', 'For example: --name reports');
  const given = args.all('grant');
  const grants = given.length === 0 && !args.has('introspects') ? ['client_credentials'] : given;
  const unknown = grants.find((grant) => !NAMES.some((known) => known === grant));
  if (unknown !== undefined)
    throw new ServerError('USAGE', `--grant takes ${NAMES.join(', ')}; it was ${JSON.stringify(unknown)}.`);
  if (grants.includes('authorization_code') && args.all('redirect').length === 0)
    throw new ServerError(
      'USAGE',
      '--grant authorization_code needs --redirect: where people are sent back to.',
      'For example: --redirect https://app.example.com/back',
    );
  const { scopes, granular } = fromFlags(args);
  const subject = args.one('subject');
  return {
    name,
    authentication: args.has('public') ? 'none' : 'secret',
    grants: grants as readonly GrantName[],
    redirectUris: args.all('redirect'),
    ceiling: { ...(scopes?.length ? { scopes } : {}), ...(granular?.length ? { granular } : {}) },
    ...(subject === undefined ? {} : { subject }),
    introspects: args.has('introspects'),
    dpop: args.has('dpop'),
  };
}
