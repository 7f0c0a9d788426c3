import type { Grantable } from '../grantable.ts';
import { openTokenClient } from './adminclient.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

/** `ambit-server scopes list`: what there is to choose from when a token is made. */
export const scopesList: Command = {
  words: ['scopes', 'list'],
  summary: 'lists every scope and permission that a token can be given',
  flags: {
    find: { value: 'TEXT', help: 'only those that have this in their name or description' },
    ...CONFIG_FLAG,
    ...COMMON_FLAGS,
  },
  examples: ['ambit-server scopes list', 'ambit-server scopes list --find mutate'],
  async run(args, io) {
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const found = matching(await client.scopes(), args.one('find'));
      if (args.has('json')) io.out(printableJson({ scopes: found }));
      else if (found.length === 0) io.out('There is no such scope or permission.');
      else for (const one of found) io.out(lineOf(one));
      return 0;
    } finally {
      await client.close();
    }
  },
};

function matching(all: readonly Grantable[], text: string | undefined): readonly Grantable[] {
  if (text === undefined) return all;
  const wanted = text.toLowerCase();
  return all.filter(({ name, description }) => `${name} ${description ?? ''}`.toLowerCase().includes(wanted));
}

function lineOf({ kind, name, description, boundaries }: Grantable): string {
  const where = boundaries.length === 0 ? '' : ` (in ${boundaries.join(', ')})`;
  const said = description === null ? '' : `  ${description.split('\n')[0]}`;
  return printable(`${kind.padEnd(12)}  ${name}${where}${said}`);
}
