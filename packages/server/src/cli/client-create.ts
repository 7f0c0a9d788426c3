import { ServerError } from '../errors.ts';
import {
  type ClientInput,
  clientRequestShape,
  GRANT_TYPES,
  type GrantName,
} from '../oauth/client-request.ts';
import { tokenRequestShape } from '../tokens/request.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { inOptions, refuseMistaken } from './option-mistakes.ts';
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
      const made = await inOptions(input.ceiling ?? {}, client.clients.create(input));
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
  if (name === undefined || name.trim() === '')
    throw new ServerError('USAGE', 'A client needs a name.', 'For example: --name reports');
  const given = args.all('grant');
  const grants = given.length === 0 && !args.has('introspects') ? ['client_credentials'] : given;
  const unknown = grants.find((grant) => !NAMES.some((known) => known === grant));
  if (unknown !== undefined)
    throw new ServerError('USAGE', `--grant takes ${NAMES.join(', ')}; it was ${JSON.stringify(unknown)}.`);
  const { scopes, granular } = fromFlags(args);
  const subject = args.one('subject');
  const input: ClientInput = {
    name,
    authentication: args.has('public') ? 'none' : 'secret',
    grants: grants as readonly GrantName[],
    redirectUris: args.all('redirect'),
    ceiling: { ...(scopes?.length ? { scopes } : {}), ...(granular?.length ? { granular } : {}) },
    ...(subject === undefined ? {} : { subject }),
    introspects: args.has('introspects'),
    dpop: args.has('dpop'),
  };
  refuseMistaken(clientRequestShape, input);
  refuseMistaken(tokenRequestShape, { name: 'ceiling', ...input.ceiling });
  refuseContradictions(args, grants);
  return input;
}

/** Options that cannot stand together, or need another; the server refuses the same in words of its API. */
function refuseContradictions(args: Arguments, grants: readonly string[]): void {
  const has = (grant: GrantName): boolean => grants.includes(grant);
  const refusals: readonly (readonly [boolean, string, string])[] = [
    [
      has('authorization_code') && !args.has('redirect'),
      '--grant authorization_code needs --redirect: where people are sent back to.',
      'For example: --redirect https://app.example.com/back',
    ],
    [
      !has('authorization_code') && args.has('redirect'),
      '--redirect is where --grant authorization_code sends people back to, and that is missing.',
      'Add --grant authorization_code.',
    ],
    [
      grants.length > 0 && !args.has('scope') && !args.has('permission'),
      'A client needs a --scope, or a --permission with its --boundary: what it may be given at most.',
      'For example: --scope api:graphql:query:NAME, or --permission NAME --boundary project=acme/web',
    ],
    [
      args.has('public') && (has('client_credentials') || has('token_exchange')),
      '--public cannot stand beside --grant client_credentials or token_exchange: anybody could say that they are it.',
      'Name another --grant, such as authorization_code or device_code.',
    ],
    [
      args.has('public') && args.has('introspects'),
      '--public cannot stand beside --introspects: whoever asks about tokens has to prove who it is.',
      'Leave one of them out.',
    ],
    [
      has('refresh_token') && !has('authorization_code') && !has('device_code'),
      '--grant refresh_token needs --grant authorization_code or --grant device_code.',
      'Add one of them.',
    ],
    [
      args.has('subject') && !has('client_credentials'),
      '--subject is whom --grant client_credentials acts as, and that is missing.',
      'Leave it out, or add --grant client_credentials.',
    ],
  ];
  const [first] = refusals.filter(([isWrong]) => isWrong);
  if (first !== undefined) throw new ServerError('USAGE', first[1], first[2]);
}
