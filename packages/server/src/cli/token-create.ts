import type { GrantBoundary } from 'ambit';

import type { CreatedToken } from '../authority.ts';
import { ServerError } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import { DEFAULT_EXPIRY, expiryFrom } from '../tokens/expiry.ts';
import type { TokenRequest } from '../tokens/request.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command, type Io } from './command.ts';
import { printableJson } from './printable.ts';

const STANDALONE = ['user', 'instance', 'all_memberships', 'personal'] as const;

/** `ambit-server token create`: makes a token and shows it, once. */
export const tokenCreate: Command = {
  words: ['token', 'create'],
  summary: 'makes a personal token and shows it once',
  flags: {
    name: { value: 'NAME', help: 'what the token is for (needed)' },
    subject: { value: 'ID', help: 'on whose behalf it acts' },
    scope: { value: 'SCOPE', repeatable: true, help: 'a scope, such as api:graphql:mutate:createNote' },
    permission: { value: 'NAME', repeatable: true, help: 'a permission, granted in every --boundary given' },
    boundary: {
      value: 'KIND=ID',
      repeatable: true,
      help: `where: project=acme/web, or ${STANDALONE.join(', ')}`,
    },
    expires: { value: 'TIME', help: `15m, 24h, 30d; at most 365d, ${DEFAULT_EXPIRY} when absent` },
    curl: { help: 'also print a command that uses the token' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server token create --name notes --scope api:graphql:mutate:createNote --expires 24h',
    'ambit-server token create --name reader --permission read_issue --boundary project=acme/web',
  ],
  async run(args, io) {
    const request = requestFrom(args);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const created = await client.create(request);
      print(created, args, io, args.has('curl') ? curlFor(client.url, created.token) : undefined);
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** What the flags ask for. Throws `ServerError` `USAGE` or `INPUT_INVALID` before anything is opened or asked. */
export function requestFrom(args: Arguments): TokenRequest {
  const name = args.one('name');
  if (name === undefined || name === '') {
    throw new ServerError(
      'USAGE',
      'A token needs a --name that says what it is for.',
      'For example: --name ci-reader',
    );
  }
  const expires = args.one('expires') ?? DEFAULT_EXPIRY;
  // Only for its form; the authority says what is too long.
  if (!/^[1-9]\d*[mhd]$/.test(expires)) expiryFrom(expires, new Date());
  const permissions = args.all('permission');
  const boundaries = args.all('boundary').map(boundaryFrom);
  if (permissions.length > 0 !== boundaries.length > 0) {
    throw permissions.length > 0
      ? new ServerError(
          'USAGE',
          '--permission needs a --boundary that says where.',
          'For example: --boundary project=acme/web',
        )
      : new ServerError(
          'USAGE',
          '--boundary needs a --permission that says what.',
          'For example: --permission read_issue',
        );
  }
  return {
    name,
    expires,
    ...(args.one('subject') === undefined ? {} : { subject: args.one('subject') }),
    scopes: args.all('scope'),
    granular: boundaries.map((boundary) => ({ permissions, boundary })),
  };
}

function boundaryFrom(text: string): GrantBoundary {
  const alone = STANDALONE.find((name) => name === text);
  if (alone !== undefined) return alone;
  const sign = text.indexOf('=');
  if (sign > 0 && sign < text.length - 1) return { [text.slice(0, sign)]: text.slice(sign + 1) };
  const near = nearestName(text, STANDALONE);
  throw new ServerError(
    'USAGE',
    `--boundary takes KIND=ID, or one of ${STANDALONE.join(', ')}; it was ${JSON.stringify(text)}.`,
    near === undefined ? 'For example: --boundary project=acme/web' : `Did you mean ${near}?`,
  );
}

function print(created: CreatedToken, args: Arguments, io: Io, curl: string | undefined): void {
  if (args.has('json')) {
    io.out(printableJson({ ...created, ...(curl === undefined ? {} : { curl }) }));
    return;
  }
  io.out(`${created.id}, valid until ${created.expiresAt}:`);
  io.out(`\n  ${created.token}\n`);
  io.out('Keep it now: it is not shown again and cannot be read from the store.');
  if (curl !== undefined) io.out(`\n  ${curl}`);
}

function curlFor(url: string, token: string): string {
  const body = '"{\\"query\\":\\"{ __typename }\\"}"';
  return `curl ${url}/graphql -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" -d ${body}`;
}
