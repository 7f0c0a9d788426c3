import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printableJson } from './printable.ts';
import { onlyId } from './tokenid.ts';

/** `ambit-server token rotate ID`: a new token in the place of one, shown once. */
export const tokenRotate: Command = {
  words: ['token', 'rotate'],
  positional: 'ID',
  summary: 'makes a token with the same grants in the place of one, and shows it once',
  flags: {
    expires: {
      value: 'TIME',
      help: 'how long the new one lives: 15m, 24h, 30d; as long again as the old one was given, when absent',
    },
    overlap: {
      value: 'TIME',
      help: 'how long the old one lives while the new one is not used; 0m ends it now; what is configured when absent, which is 24h',
    },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: [
    'ambit-server token rotate tok_0OyB1hXWzXQ1ab2cd',
    'ambit-server token rotate tok_0OyB1hXWzXQ1ab2cd --overlap 0m',
  ],
  async run(args, io) {
    const id = onlyId(args.positionals);
    const [expires, overlap] = [args.one('expires'), args.one('overlap')];
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const rotated = await client.rotate(id, {
        ...(expires === undefined ? {} : { expires }),
        ...(overlap === undefined ? {} : { overlap }),
      });
      if (args.has('json')) io.out(printableJson(rotated));
      else {
        io.out(`${rotated.id}, valid until ${rotated.expiresAt}, takes the place of ${id}:`);
        io.out(`\n  ${rotated.token}\n`);
        io.out('Keep it now: it is not shown again and cannot be read from the store.');
        io.out(`The old one ends when this one is used first, at the latest at ${rotated.oldLivesUntil}.`);
      }
      return 0;
    } finally {
      await client.close();
    }
  },
};
