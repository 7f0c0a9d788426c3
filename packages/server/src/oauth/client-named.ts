import { ServerError } from '../errors.ts';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly disabledAt?: unknown;
}

/**
 * The client that a name means. Where several have one name, it means the only one that is in use; where more or none of
 * them are, it means none of them. Throws `ServerError` `CLIENT_UNKNOWN`.
 */
export function clientNamed<Client extends Named>(name: string, clients: readonly Client[]): Client {
  const named = clients.filter((client) => client.name === name);
  const used = named.filter(isUsed);
  const [only, another] = used.length === 0 ? named : used;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined)
    throw new ServerError(
      'CLIENT_UNKNOWN',
      'There is no client with this id or name.',
      'ambit-server client list shows them.',
    );
  const each = named.map((client) => `${client.id} (${isUsed(client) ? 'in use' : 'disabled'})`);
  throw new ServerError(
    'CLIENT_UNKNOWN',
    `Several clients have this name: ${each.join(', ')}.`,
    'Name one by its id.',
  );
}

function isUsed({ disabledAt }: Named): boolean {
  return disabledAt === undefined || disabledAt === null;
}
