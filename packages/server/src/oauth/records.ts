import type { AdapterPayload } from 'oidc-provider';

import type { OAuthRecord } from '../store/oauth.ts';
import { hashOf } from './opaque.ts';
import type { Seal } from './seal.ts';

/** Between what the authorization server speaks of and what the store may hold. */
export interface Records {
  close(
    id: string,
    payload: AdapterPayload,
    expiresIn: number | undefined,
    parent: string | undefined,
  ): OAuthRecord;
  /** `id` where it was presented. Nothing where the record cannot be read any more. */
  open(record: OAuthRecord, id?: string): AdapterPayload | undefined;
}

/** Models whose payload holds ids that could be presented: of sessions, of device codes. */
const SEALED: readonly string[] = ['Session', 'Interaction', 'DeviceCode'];

/**
 * How one model is kept: without its id, or sealed where it holds the ids of others. Of the code of a device can be read,
 * as of a token, whose it is once somebody allowed it: they see it among what they allowed, and end it there.
 */
export function createRecords(
  model: string,
  { seal, now }: { readonly seal: Seal; readonly now: () => Date },
): Records {
  const isSealed = SEALED.includes(model);
  return {
    close(id, payload, expiresIn, parent) {
      const idHash = hashOf(id);
      const { jti: _isTheCredential, ...rest } = payload;
      const { uid, userCode, grantId, consumed: _inItsOwnColumn, ...open } = rest;
      const { accountId } = payload;
      const isWhose = model === 'DeviceCode' && accountId !== undefined;
      const kept = isSealed
        ? {
            sealed: seal.close(JSON.stringify({ ...payload, jti: id }), `${model} ${idHash}`),
            ...(isWhose ? { accountId } : {}),
          }
        : { ...open, ...(grantId === undefined ? {} : { grantId }) };
      return {
        model,
        idHash,
        payload: kept,
        grantId,
        uid: uid === undefined ? undefined : hashOf(uid),
        userCode: userCode === undefined ? undefined : seal.blind(userCode),
        consumedAt: undefined,
        expiresAt: expiresIn === undefined ? undefined : new Date(now().getTime() + expiresIn * 1_000),
        parent,
      };
    },
    open(record, id) {
      const payload = isSealed ? unsealed(record, seal) : (record.payload as AdapterPayload);
      if (payload === undefined) return undefined;
      const { consumedAt } = record;
      return {
        ...payload,
        ...(id === undefined ? {} : { jti: id }),
        ...(consumedAt === undefined ? {} : { consumed: Math.floor(consumedAt.getTime() / 1_000) }),
      };
    },
  };
}

function unsealed({ model, idHash, payload }: OAuthRecord, seal: Seal): AdapterPayload | undefined {
  const { sealed } = payload as { readonly sealed?: unknown };
  const text = typeof sealed === 'string' ? seal.open(sealed, `${model} ${idHash}`) : undefined;
  return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
}
