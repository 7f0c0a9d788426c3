import { findDataFolder } from '../config.ts';
import { ServerError } from '../errors.ts';
import { rotateKeys } from '../oauth/rotate.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

const DEFAULT_MINUTES = 60;
const MOST_MINUTES = 7 * 24 * 60;

/** `ambit-server keys rotate --oauth`: a new key for the authorization server, published before it signs. */
export const keysRotate: Command = {
  words: ['keys', 'rotate'],
  summary: 'makes new keys of the authorization server; the ones before stay believed',
  flags: {
    oauth: { help: 'the keys of the authorization server; there are no others to rotate' },
    after: {
      value: 'MINUTES',
      help: `from when the new key signs; ${DEFAULT_MINUTES} without it, 0 for at once`,
    },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server keys rotate --oauth', 'ambit-server keys rotate --oauth --after 1440'],
  async run(args, io) {
    if (!args.has('oauth') || args.positionals.length > 0)
      throw new ServerError('USAGE', 'Say which keys: keys rotate --oauth.');
    if (io.env['AMBIT_OAUTH_KEYS'])
      throw new ServerError(
        'USAGE',
        'The keys come from AMBIT_OAUTH_KEYS, which no command can change.',
        'Rotate a file of keys and put its content there.',
      );
    const minutes = minutesOf(args.one('after'));
    const data = await findDataFolder({ file: args.one('config'), env: io.env, folder: io.folder });
    const now = new Date();
    const { kid, signsFrom, removed } = await rotateKeys(
      data,
      new Date(now.getTime() + minutes * 60_000),
      now,
    );
    if (args.has('json')) io.out(printableJson({ kid, signsFrom: signsFrom.toISOString(), removed }));
    else {
      io.out(
        printable(
          `The key ${kid} is published with the next start and signs from ${signsFrom.toISOString()}.`,
        ),
      );
      if (removed.length > 0)
        io.out(printable(`Gone, since nothing of them is believed: ${removed.join(', ')}.`));
      io.out('Start the server again before then, on every node with the same file.');
    }
    return 0;
  },
};

function minutesOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_MINUTES;
  const minutes = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (minutes !== undefined && minutes <= MOST_MINUTES) return minutes;
  throw new ServerError('USAGE', `--after must be minutes from 0 to ${MOST_MINUTES}.`);
}
