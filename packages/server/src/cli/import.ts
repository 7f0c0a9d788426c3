import { resolve } from 'node:path';

import { findStore } from '../config-store.ts';
import { ServerError } from '../errors.ts';
import { totalOf } from '../store/transfer/format.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printableJson } from './printable.ts';
import { createProgress } from './progress.ts';

/** `ambit-server import FILE`: an export into an empty store, checked to its end before anything is touched. */
export const importCommand: Command = {
  words: ['import'],
  positional: 'FILE',
  summary: 'loads an export into an empty store, of this release or an earlier one',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server import tokens.jsonl --config postgres.yml'],
  async run(args, io) {
    const [file] = args.positionals;
    if (file === undefined || args.positionals.length > 1)
      throw new ServerError('USAGE', 'import needs one FILE, as ambit-server export wrote it.');
    const place = await findStore({ file: args.one('config'), env: io.env, folder: io.folder });
    const { importInto } = await import('../store/transfer/place.ts');
    const { store, made, counts } = await importInto(
      place,
      resolve(io.folder, file),
      createProgress(io, 'imported'),
    );
    if (args.has('json')) io.out(printableJson({ store, made, counts }));
    else {
      io.out(`Imported ${totalOf(counts)} rows of a store of version ${store}, exported at ${made}.`);
      io.out('The root key was not among them: give the server the one of that store before it starts.');
      io.out(
        'Nor were the keys of its authorization server: bring oauth.keys, or AMBIT_OAUTH_KEYS, along as well.',
      );
    }
    return 0;
  },
};
