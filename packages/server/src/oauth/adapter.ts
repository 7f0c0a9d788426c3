import type { Adapter } from 'oidc-provider';

import type { OAuthRecord } from '../store/oauth.ts';
import type { Store, Unit } from '../store/store.ts';
import { isJwtId } from './jwt-id.ts';
import { InvalidGrant } from './library.ts';
import { ACCESS_TOKEN, hashOf, isOpaque, type OpaquePrefix, REFRESH_TOKEN } from './opaque.ts';
import { createRecords, type Records } from './records.ts';
import type { Seal } from './seal.ts';
import type { Step, Together } from './together.ts';

/** What is gone: one record, or a grant with all that came of it, and its own record where that went as well. */
export type Gone =
  | { readonly record: OAuthRecord }
  | { readonly grantId: string; readonly grant?: OAuthRecord | undefined };

/** What hears of records, within the same unit of work. */
export interface RecordWatch {
  /** The credential out of which a record that is about to be written was made; nothing where there is none. */
  parentOf(model: string): string | undefined;
  /** A record was written. */
  written(unit: Unit, record: OAuthRecord): Promise<void>;
  /** Whether the other tokens of a grant have to stay although one of it ends. */
  keepsSiblings(): boolean;
  /** Whether a grant ends with all that came of it at once, whichever of it is asked to end first. */
  endsWhole(): boolean;
  /** A credential is gone, or all that came of one grant. */
  ended(unit: Unit, gone: Gone): Promise<void>;
  /** Called after every unit that took something back, also after one that failed. */
  settled(): Promise<void>;
  /** Whether what was found may still be used: its parents, its client and its person are there. */
  isAlive(record: OAuthRecord): Promise<boolean>;
}

export interface AdapterParts {
  readonly store: Store;
  /** What is written for one request that has to be written whole. */
  readonly together: Together;
  readonly seal: Seal;
  readonly watch: RecordWatch;
  readonly now: () => Date;
}

const PREFIXES: ReadonlyMap<string, OpaquePrefix> = new Map([
  ['AccessToken', ACCESS_TOKEN],
  ['ClientCredentials', ACCESS_TOKEN],
  ['RefreshToken', REFRESH_TOKEN],
]);

/** What takes authority back when it goes; the rest is only tidied away. */
const CREDENTIALS: readonly string[] = [...PREFIXES.keys(), 'Grant'];

/**
 * One model of the authorization server over our store. Ids come here as they are presented and are hashed before
 * anything else: the store has neither an id nor a payload in which one can be read. A code or a refresh token is used
 * up by one caller only, whoever comes at the same moment.
 */
export function createAdapter(model: string, parts: AdapterParts): Adapter {
  const { together, watch, now } = parts;
  const records = createRecords(model, parts);
  // Whoever comes second at the same moment is as much a thief, or a victim, as whoever comes later (RFC 9700, 4.14.2).
  const endGrantOf = async (id: string, unit: Unit): Promise<void> => {
    const grantId = (await unit.oauth.find([model], 'idHash', hashOf(id)))?.grantId;
    if (grantId !== undefined) await endWhole(unit, grantId, watch);
  };
  return {
    async upsert(id, payload, expiresIn) {
      const record = records.close(id, { ...payload }, expiresIn, watch.parentOf(model));
      if (model === 'ReplayDetection') return together.all([addOf(record)]);
      await together.take(async (unit) => {
        await unit.oauth.put(record);
        await watch.written(unit, record);
        return undefined;
      });
    },
    async consume(id) {
      await together.takeFirst(async (unit) => {
        if (await unit.oauth.consume(model, hashOf(id), now())) return undefined;
        await endGrantOf(id, unit);
        return usedAlready();
      });
    },
    ...finding(model, parts, records),
    ...ending(model, parts),
  };
}

// Written whatever comes of the request: what was seen once is not believed again.
function addOf(record: OAuthRecord): Step {
  return async (unit) => ((await unit.oauth.add(record)) ? undefined : usedAlready());
}

function usedAlready(): Error {
  return new InvalidGrant('this was used already');
}

function finding(
  model: string,
  { store, seal, watch }: AdapterParts,
  records: Records,
): Pick<Adapter, 'find' | 'findByUid' | 'findByUserCode'> {
  const prefix = PREFIXES.get(model);
  return {
    async find(id) {
      if (prefix !== undefined && !isOpaque(id, prefix) && !(prefix === ACCESS_TOKEN && isJwtId(id)))
        return undefined;
      const record = await store.oauth.find([model], 'idHash', hashOf(id));
      return record !== undefined && (await watch.isAlive(record)) ? records.open(record, id) : undefined;
    },
    async findByUid(uid) {
      const record = await store.oauth.find([model], 'uid', hashOf(uid));
      return record === undefined ? undefined : records.open(record);
    },
    async findByUserCode(userCode) {
      for (const name of seal.blinds(userCode)) {
        const record = await store.oauth.find([model], 'userCode', name);
        if (record !== undefined) return records.open(record);
      }
      return undefined;
    },
  };
}

function ending(model: string, { store, watch }: AdapterParts): Pick<Adapter, 'destroy' | 'revokeByGrantId'> {
  const settling = async (work: (unit: Unit) => Promise<void>): Promise<void> => {
    await store.write(work).finally(() => watch.settled());
  };
  return {
    destroy: (id) =>
      settling(async (unit) => {
        const grantId = watch.endsWhole() ? await grantOf(unit, model, id) : undefined;
        if (grantId !== undefined) return endWhole(unit, grantId, watch);
        const record = await unit.oauth.remove(model, hashOf(id));
        if (record !== undefined && CREDENTIALS.includes(model)) await watch.ended(unit, { record });
      }),
    async revokeByGrantId(grantId) {
      if (watch.keepsSiblings()) return;
      await settling(async (unit) => {
        if (watch.endsWhole()) return endWhole(unit, grantId, watch);
        const count = await unit.oauth.removeOfGrant(grantId, model);
        if (count > 0) await watch.ended(unit, { grantId });
      });
    },
  };
}

// The id of a grant is what all that came of it has.
async function grantOf(unit: Unit, model: string, id: string): Promise<string | undefined> {
  if (model === 'Grant') return id;
  if (!CREDENTIALS.includes(model)) return undefined;
  return (await unit.oauth.find([model], 'idHash', hashOf(id)))?.grantId;
}

// In one unit, so that of several that come at once one finds something, and it is told once.
async function endWhole(unit: Unit, grantId: string, watch: RecordWatch): Promise<void> {
  const count = await unit.oauth.removeOfGrant(grantId);
  const grant = await unit.oauth.remove('Grant', hashOf(grantId));
  if (count > 0 || grant !== undefined) await watch.ended(unit, { grantId, grant });
}
