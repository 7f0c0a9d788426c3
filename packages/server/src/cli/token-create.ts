import type { CreatedToken } from '../authority.ts';
import { ServerError } from '../errors.ts';
import { openTokenClient } from './adminclient.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command, type Io } from './command.ts';
import { curlFor } from './curl.ts';
import { inOptions } from './option-mistakes.ts';
import { printableJson } from './printable.ts';
import { requestFrom, STANDALONE } from './token-request.ts';

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
      help: `where: project=acme/web, or ${STANDALONE.join(' or ')}`,
    },
    expires: {
      value: 'TIME',
      help: '15m, 24h, 30d; what is configured when absent, which is 30d and at most 365d',
    },
    grants: {
      value: 'FILE',
      help: 'what it may do: grants, or what ambit needs --json prints of one operation; not with --scope, --permission or --boundary',
    },
    note: { value: 'TEXT', help: 'what people should know of it' },
    'rate-limit': { value: 'REQUESTS/SECONDS', help: 'a limit of its own, such as 600/60' },
    curl: { help: 'also print a command that uses the token' },
    query: { value: 'TEXT', help: 'what that command asks; { __typename } when absent' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server token create --name notes --scope api:graphql:mutate:createNote --expires 24h',
    'ambit-server token create --name reader --permission read_issue --boundary project=acme/web',
    'ambit-server token create --name deploy --grants grants.json --curl --query "{ version }"',
  ],
  async run(args, io) {
    const query = await queryFrom(args);
    const request = await requestFrom(args, io.folder);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      // What is wrong with a file is named by its place there.
      const creating = client.create(request);
      const created = await (args.has('grants') ? creating : inOptions(request, creating));
      print(created, args, io, args.has('curl') ? curlFor(client.url, created.token, query) : undefined);
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** Looked at before the token is made: one that is made and not shown would be lost. */
async function queryFrom(args: Arguments): Promise<string | undefined> {
  const query = args.one('query');
  if (query === undefined) return undefined;
  if (!args.has('curl')) {
    throw new ServerError(
      'USAGE',
      '--query says what the command of --curl asks; --curl is missing.',
      'Add --curl.',
    );
  }
  const problem = await problemOf(query);
  if (problem === undefined) return query;
  throw new ServerError('USAGE', `--query is no GraphQL: ${problem}`, 'For example: --query "{ version }"');
}

async function problemOf(query: string): Promise<string | undefined> {
  const { parse } = await import('graphql');
  try {
    parse(query, { noLocation: true });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read';
  }
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
