import { findDataFolder } from '../config.ts';
import { findStore } from '../config-store.ts';
import { ServerError } from '../errors.ts';
import { rotateKeys } from '../oauth/rotate.ts';
import { HOW_TO_MAKE, rotateRootKey } from '../rootkey-file.ts';
import type { Arguments } from './arguments.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command, type Io } from './command.ts';
import { printable, printableJson } from './printable.ts';

const DEFAULT_MINUTES = 60;
const MOST_MINUTES = 7 * 24 * 60;

/** `ambit-server keys rotate`: a new root key, or a new key for the authorization server. */
export const keysRotate: Command = {
  words: ['keys', 'rotate'],
  summary: 'makes a new root key, or new keys of the authorization server; the ones before stay believed',
  flags: {
    root: { help: 'the root key, under which personal tokens are made' },
    oauth: { help: 'the keys of the authorization server' },
    after: {
      value: 'MINUTES',
      help: `with --oauth: from when the new key signs; ${DEFAULT_MINUTES} without it, 0 for at once`,
    },
    leaked: { help: 'with --oauth: the keys before are believed no more, and the new one signs at once' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server keys rotate --root',
    'ambit-server keys rotate --oauth',
    'ambit-server keys rotate --oauth --after 1440',
    'ambit-server keys rotate --oauth --leaked',
  ],
  async run(args, io) {
    if (args.has('oauth') === args.has('root') || args.positionals.length > 0)
      throw new ServerError('USAGE', 'Say which keys: keys rotate --root, or keys rotate --oauth.');
    await (args.has('root') ? rotateRoot(args, io) : rotateOAuth(args, io));
    return 0;
  },
};

const folderOf = (args: Arguments, { env, folder }: Io): Promise<string> =>
  findDataFolder({ file: args.one('config'), env, folder });

async function rotateRoot(args: Arguments, io: Io): Promise<void> {
  if (args.one('after') !== undefined || args.has('leaked')) {
    throw new ServerError(
      'USAGE',
      '--after and --leaked are for --oauth; a new root key is used from the next start on.',
      'To end a root key that leaked: ambit-server keys withdraw ID.',
    );
  }
  if (io.env['AMBIT_ROOT_KEY']) {
    throw new ServerError(
      'USAGE',
      'The root keys come from AMBIT_ROOT_KEY, which no command can change.',
      `Make a key with an id above all others: ${HOW_TO_MAKE}. Put it before the last word of AMBIT_ROOT_KEY, with a space between, and start every server with that; then make it the last word, and start them again.`,
    );
  }
  const place = await findStore({ file: args.one('config'), env: io.env, folder: io.folder });
  const { rootKeyIdsIn } = await import('../openkeys.ts');
  const id = await rotateRootKey(place.data, await rootKeyIdsIn(place));
  if (args.has('json')) io.out(printableJson({ id }));
  else {
    io.out(`The root key ${id} was added to root.key, and makes new tokens from the next start on.`);
    io.out('Tokens made before stay valid. Start the server again, and keep a copy of the file elsewhere.');
  }
}

async function rotateOAuth(args: Arguments, io: Io): Promise<void> {
  if (io.env['AMBIT_OAUTH_KEYS']) {
    throw new ServerError(
      'USAGE',
      'The keys come from AMBIT_OAUTH_KEYS, which no command can change.',
      'Write that value to oauth.keys in the data folder, readable by you alone, and run this without the variable. Then give every server what is in the file as its AMBIT_OAUTH_KEYS, and start it again.',
    );
  }
  const hasLeaked = args.has('leaked');
  const minutes = minutesOf(args.one('after'), hasLeaked);
  const data = await folderOf(args, io);
  const now = new Date();
  const rotation = { signsFrom: new Date(now.getTime() + minutes * 60_000), hasLeaked };
  const { kid, signsFrom, removed } = await rotateKeys(data, rotation, now);
  if (args.has('json')) {
    io.out(printableJson({ kid, signsFrom: signsFrom.toISOString(), removed }));
    return;
  }
  // Only for what is told: the keys are in the file, wherever the store is.
  const isAlone = await findStore({ file: args.one('config'), env: io.env, folder: io.folder }).then(
    ({ database }) => database === undefined,
    () => false,
  );
  const gone = removed.join(', ');
  if (hasLeaked) {
    io.out(printable(`The key ${kid} takes the place of all before it, and signs at once. Gone: ${gone}.`));
    for (const line of isAlone ? LEAKED : [...LEAKED, LEAKED_ELSEWHERE]) io.out(line);
    return;
  }
  io.out(printable(`The key ${kid} is published and signs from ${signsFrom.toISOString()}.`));
  if (gone !== '') io.out(printable(`Gone, since nothing of them is believed: ${gone}.`));
  io.out('A running server takes it up within seconds.');
  if (!isAlone) io.out(`Give every other server the same file ${minutes > 0 ? 'before then' : 'now'}.`);
}

const LEAKED: readonly string[] = [
  'A running server takes up the file within seconds; without one, the next start does. One with AMBIT_OAUTH_KEYS goes on with those until it is started with what is in the file. From then on nothing is believed that the keys before signed.',
  'Have the servers behind the gateway fetch /oauth/jwks anew: they believe the keys before until they do.',
];
const LEAKED_ELSEWHERE =
  'Give every other server the same file now: once one has taken it up, those with the keys before answer 503 at /oauth/ until they have it.';

function minutesOf(text: string | undefined, hasLeaked: boolean): number {
  if (hasLeaked && text !== undefined)
    throw new ServerError('USAGE', 'After a leak the new key signs at once: leave out --after.');
  if (text === undefined) return hasLeaked ? 0 : DEFAULT_MINUTES;
  const minutes = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (minutes !== undefined && minutes <= MOST_MINUTES) return minutes;
  throw new ServerError('USAGE', `--after must be minutes from 0 to ${MOST_MINUTES}.`);
}
