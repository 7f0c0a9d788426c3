import type { ListedClient } from '../oauth/clients.ts';
import { openTokenClient } from './adminclient.ts';
import { onlyClient } from './clientref.ts';
import { COMMON_FLAGS, CONFIG_FLAG, type Command } from './command.ts';
import { printable, printableJson } from './printable.ts';

/** `ambit-server client list`: every OAuth client with what it may be given; never a secret. */
export const clientList: Command = {
  words: ['client', 'list'],
  summary: 'lists the OAuth clients, without their secrets',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server client list', 'ambit-server client list --json'],
  async run(args, io) {
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const clients = await client.clients.list();
      if (args.has('json')) io.out(printableJson({ clients }));
      else if (clients.length === 0)
        io.out('There are no clients yet. Make one: ambit-server client create --help');
      else for (const one of clients) io.out(lineOf(one));
      return 0;
    } finally {
      await client.close();
    }
  },
};

/** `ambit-server client disable NAME-OR-ID`: returns once every token of the client is refused. */
export const clientDisable: Command = {
  words: ['client', 'disable'],
  positional: 'NAME-OR-ID',
  summary: 'disables an OAuth client; when it returns, every token of it is refused',
  flags: { ...CONFIG_FLAG, ...COMMON_FLAGS },
  examples: ['ambit-server client disable cli_0OyB1hXWzXQ1ab2cd'],
  async run(args, io) {
    const ref = onlyClient(args.positionals);
    const client = await openTokenClient({ file: args.one('config'), env: io.env, folder: io.folder });
    try {
      const { id } = await client.clients.show(ref);
      const disabled = await client.clients.disable(id);
      if (args.has('json')) io.out(printableJson(disabled));
      else io.out(`${disabled.id} (${printable(disabled.name)}) is disabled; every token of it is refused.`);
      return 0;
    } finally {
      await client.close();
    }
  },
};

function lineOf({ id, name, ceiling, disabledAt }: ListedClient): string {
  const places = (ceiling.granular ?? []).map(({ permissions, boundary }) => {
    const where = typeof boundary === 'string' ? boundary : Object.entries(boundary).flat().join('=');
    return `${permissions.join(' ')} in ${where}`;
  });
  const may = [...(ceiling.scopes ?? []), ...places].join('; ');
  return printable(`${id}  ${disabledAt === null ? 'in use  ' : 'disabled'}  ${name}: ${may}`);
}
