import { auditQueryShape } from '../authority/audit.ts';
import { tokenChangeShape } from '../authority/change.ts';
import { tokenQueryShape } from '../authority/list.ts';
import { type ConfigSource, loadConfig } from '../config.ts';
import { ServerError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import { createLog } from '../log.ts';
import type { Clients } from '../oauth/clients.ts';
import { openAuthority } from '../openauthority.ts';
import { ensureAdministrator, forgetFirstPassword } from '../people/administrator.ts';
import { createPasswords } from '../people/password.ts';
import { createPeople, type People } from '../people/people.ts';
import { parsePersonRequest } from '../people/person.ts';
import { readShape } from '../readshape.ts';
import type { Store } from '../store/store.ts';
import { given } from './ask.ts';
import type { PersonCommands } from './personclient.ts';
import type { TokenClient } from './tokenclient.ts';

const BY_COMMAND = 'command';
const NO_QUERY = 'This cannot be listed.';
const NO_CHANGE = 'This is no change of a token.';

/** The store itself, for commands where no server runs. Throws `ServerError`, among them `STORE_LOCKED`. */
export function openStoreClient(source: ConfigSource): Promise<TokenClient> {
  return opened(source).catch(tellStarting);
}

async function opened(source: ConfigSource): Promise<TokenClient> {
  const config = await loadConfig(source);
  const log = createLog(source.env['AMBIT_LOG'] || 'warn');
  const open = await openAuthority(config, { log, progress: () => undefined });
  const { authority, clients, engine, close } = open;
  return {
    url: `http://${config.host}:${config.port}`,
    create: (wanted) => authority.createToken(wanted, BY_COMMAND),
    list: (query) => authority.listTokens(readShape(tokenQueryShape, given(query), NO_QUERY)),
    show: (id) => authority.showToken(id),
    change: (id, change) =>
      authority.changeToken(id, readShape(tokenChangeShape, change, NO_CHANGE), BY_COMMAND),
    rotate: (id, rotation) => authority.rotateToken(id, rotation, BY_COMMAND),
    revoke: (id, because) => authority.revokeToken(id, BY_COMMAND, because),
    revokeNarrowed: (token) => authority.revokeNarrowed(token, BY_COMMAND),
    scopes: async () => engine.grantable ?? [],
    audit: (query) => authority.listAudit(readShape(auditQueryShape, given(query), NO_QUERY)),
    clients: {
      create: async (input) => there(clients).create(input, BY_COMMAND),
      list: async () => there(clients).list(),
      show: async (ref) => there(clients).show(ref),
      disable: async (id) => there(clients).disable(id, BY_COMMAND),
    },
    people: peopleOf(open, config.data, BY_COMMAND),
    close,
  };
}

function there(clients: Clients | undefined): Clients {
  if (clients !== undefined) return clients;
  throw new ServerError(
    'CONFIG_INVALID',
    'The configuration has no authorization server, and so there are no clients.',
    'Add to it: oauth: { issuer: "https://..." }',
  );
}

// Between taking the store and saying where it answers, a server cannot be told from any other holder.
function tellStarting(error: unknown): never {
  if (!(error instanceof ServerError) || error.code !== 'STORE_LOCKED') throw error;
  throw new ServerError(
    'STORE_LOCKED',
    `${error.message} It is starting or running, and does not take commands yet.`,
    'Try again in a moment. If this stays so, look at the log of that process.',
  );
}

/** People in a store that this process has open. */
function peopleOf(
  { store, feed }: { readonly store: Store; readonly feed: Feed },
  data: string,
  by: string,
): PersonCommands {
  // As at a first start: whoever comes first, there is an administrator beside them.
  const withAdministrator = async (): Promise<People> => {
    const passwords = await createPasswords();
    await ensureAdministrator(store, passwords, data, new Date());
    return createPeople({ store, feed, passwords, onReset: (name) => forgetFirstPassword(name, data) });
  };
  const readers = async (): Promise<People> =>
    createPeople({ store, feed, passwords: await createPasswords(), onReset: async () => undefined });
  return {
    create: async (request) => (await withAdministrator()).create(parsePersonRequest(request), by),
    list: async () => (await readers()).list(),
    setDisabled: async (ref, disabled) => (await readers()).setDisabled(ref, disabled, by),
    resetPassword: async (ref) => (await withAdministrator()).resetPassword(ref, by),
  };
}
