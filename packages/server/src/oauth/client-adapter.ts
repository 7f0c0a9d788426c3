import type { Adapter, AdapterPayload } from 'oidc-provider';
import { hasControl } from '../plain-text.ts';
import type { StoredClient } from '../store/clients.ts';
import type { Store } from '../store/store.ts';

/** Clients as the library reads them. They are ours: it never writes one. */
export function clientAdapter(store: Pick<Store, 'clients'>): Adapter {
  return {
    async find(id) {
      // Also in the header of a request, where nothing was looked at yet.
      if (hasControl(id)) return undefined;
      const client = await store.clients.find(id);
      return client === undefined || client.disabledAt !== undefined ? undefined : payloadOf(client);
    },
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  };
}

// In the place of the secret stands its hash, with which that of a presented one is compared.
function payloadOf({ metadata, name, secretHash, ceiling }: StoredClient): AdapterPayload {
  const { ambit, ...rest } = metadata;
  return {
    ...rest,
    client_name: name,
    ...(secretHash === undefined ? {} : { client_secret: secretHash }),
    ambit: { ...(ambit as object | undefined), ceiling },
  } as AdapterPayload;
}

async function refuse(): Promise<void> {
  throw new TypeError('clients are changed through the admin API only');
}
