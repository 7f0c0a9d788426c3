import { findStore } from '../config-store.ts';
import { ServerError } from '../errors.ts';
import type { Withdrawn } from '../withdrawrootkey.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command, type Io } from './command.ts';
import { printableJson } from './printable.ts';

const BY_COMMAND = 'command';

/** `ambit-server keys withdraw ID`: when it returns, every token that was made under a root key is refused. */
export const keysWithdraw: Command = {
  words: ['keys', 'withdraw'],
  positional: 'ID',
  summary: 'after a leak: ends a root key for good, with every token that was made under it',
  flags: {
    yes: { help: 'it is meant; without it the command says what would end, and changes nothing' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server keys withdraw 1', 'ambit-server keys withdraw 1 --yes'],
  async run(args, io) {
    const place = await findStore({ file: args.one('config'), env: io.env, folder: io.folder });
    const fromEnvironment = io.env['AMBIT_ROOT_KEY'] || undefined;
    // With it comes the store, for which no other command has to wait.
    const { withdrawRootKey } = await import('../withdrawrootkey.ts');
    const done = await withdrawRootKey(place, {
      keyId: keyIdOf(args.positionals),
      fromEnvironment,
      isMeant: args.has('yes'),
      by: BY_COMMAND,
    });
    const { had: _told, ...shown } = done;
    if (args.has('json')) io.out(printableJson(shown));
    else tell(done, { isShared: place.database !== undefined, isOurs: fromEnvironment === undefined }, io);
    return 0;
  },
};

function tell(
  { id, revoked, current, isNew, had }: Withdrawn,
  { isShared, isOurs }: { readonly isShared: boolean; readonly isOurs: boolean },
  io: Io,
): void {
  io.out(
    `The root key ${id} is withdrawn for good${had ? '' : ', or was already'}; ${revoked === 1 ? 'one token was' : `${revoked} tokens were`} revoked with it.`,
  );
  if (isNew) io.out(`The key ${current} is new and makes tokens from the next start on.`);
  if (isOurs && had) io.out('Its line is gone from root.key; destroy the copies of it.');
  if (!isOurs && had) io.out(`Take the word ${id}:... out of AMBIT_ROOT_KEY of every server.`);
  io.out(
    isShared
      ? 'Running servers refuse those tokens already. Start them again, all with the same keys.'
      : 'Start the server again.',
  );
}

function keyIdOf(positionals: readonly string[]): number {
  const [text = ''] = positionals;
  const id = /^\d{1,3}$/.test(text) && positionals.length === 1 ? Number(text) : 0;
  if (id >= 1 && id <= 255) return id;
  // What was typed is not repeated: it may be the key.
  throw new ServerError(
    'USAGE',
    'Which root key? The command needs one id, from 1 to 255.',
    'It stands before the colon in root.key or AMBIT_ROOT_KEY.',
  );
}
