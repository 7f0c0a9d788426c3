import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';
import { earliest, NARROWED_PREFIX, narrowedParts } from 'ambit/narrow';

import type { RootKeys } from './rootkey.ts';
import { type VerifiedChain, verifyChain } from './tokens/chain.ts';
import { atTheDoor } from './tokens/door.ts';
import { readToken, verifyTail } from './tokens/format.ts';
import type { RevokedTails } from './tokens/revokedtails.ts';

/** A narrowed token ends at most so long after it is used; the minutes are for clocks that differ. */
const LONGEST_MS = (24 * 60 + 5) * 60_000;

/** Why a bearer was refused: for the log alone, since all of them get one answer. */
export type Refusal =
  | 'malformed'
  | 'forged'
  | 'unknown'
  | 'revoked'
  | 'expired'
  /** A caveat that we do not understand. */
  | 'caveat'
  /** Narrowed without an end, or with one that is too far away. */
  | 'endless'
  /** Sent from where its caveats do not let it be used. */
  | 'elsewhere';

/** What is known of whoever sends a bearer, besides the bearer. */
export interface Connection {
  /** The client's address. A token that is bound to addresses is refused where it is not known. */
  readonly address?: string | undefined;
}

/** Which credential it was. Only a personal token may make, rotate, exchange or list tokens. */
export interface Credential {
  readonly kind: 'personal' | 'narrowed';
  /** The public id; of a narrowed token that of its parent, a dot and eight characters. */
  readonly id: string;
  /** The personal token that it was made from; of a personal token its own id. */
  readonly parentId: string;
  /** SHA-256 of the tail of a narrowed token: by this it can be revoked. */
  readonly digest?: string;
  /** What holders called it, oldest first. */
  readonly labels: readonly string[];
}

/** The grants of a bearer with the credential that it was, or the one answer that every token gets which is not valid. */
export type Recognition =
  | { readonly grants: Grants; readonly credential: Credential }
  | Exclude<Authentication, { readonly grants: Grants }>;

/** A personal token as the store has it. */
export interface KnownToken {
  readonly id: string;
  readonly keyId: number;
  readonly grants: Grants;
  readonly expiresAt: Date;
  readonly revokedAt: Date | undefined;
}

export interface RecogniseParts {
  readonly rootKeys: RootKeys;
  readonly revokedTails: RevokedTails;
  readonly find: (idHash: string) => Promise<KnownToken | undefined>;
  readonly onRefused?: ((refusal: Refusal, id: string | undefined) => void) | undefined;
}

/** The one answer to every token that is not good, whoever issued it. */
export const INVALID: Exclude<Authentication, { readonly grants: Grants }> = {
  problem: 'invalid_token',
  message:
    'The token is not valid: it is malformed, unknown, expired or revoked. Make a new one and send that.',
};

/** Refused, with the public id where there is one. */
class Refused {
  readonly refusal: Refusal;
  readonly id: string | undefined;

  constructor(refusal: Refusal, id?: string) {
    this.refusal = refusal;
    this.id = id;
  }
}

interface Recognised {
  readonly grants: Grants;
  readonly credential: Credential;
}

/**
 * Recognises a personal or a narrowed token. The order matters: what costs nothing comes first, and the store is asked
 * only about tokens that we made. Rejects only where the store or the set of revoked tails does.
 */
export async function recognise(
  parts: RecogniseParts,
  bearer: string,
  connection: Connection,
  now: Date,
): Promise<Recognition> {
  const found = bearer.startsWith(NARROWED_PREFIX)
    ? await narrowed(parts, bearer, connection, now)
    : await personal(parts, bearer, connection, now);
  if (!(found instanceof Refused)) return found;
  parts.onRefused?.(found.refusal, found.id);
  return INVALID;
}

async function personal(
  parts: RecogniseParts,
  bearer: string,
  connection: Connection,
  now: Date,
): Promise<Recognised | Refused> {
  const token = readToken(bearer);
  if (token === undefined) return new Refused('malformed');
  if (!verifyTail(token, parts.rootKeys)) return new Refused('forged', token.publicId);
  const stored = await parent(parts, token, now);
  if (stored instanceof Refused) return stored;
  const grants = atTheDoor(stored.grants, connection.address);
  if (grants === undefined) return new Refused('elsewhere', stored.id);
  return { grants, credential: { kind: 'personal', id: stored.id, parentId: stored.id, labels: [] } };
}

async function narrowed(
  parts: RecogniseParts,
  bearer: string,
  connection: Connection,
  now: Date,
): Promise<Recognised | Refused> {
  const read = narrowedParts(bearer);
  if (read === undefined) return new Refused('malformed');
  const chain = verifyChain(read, parts.rootKeys);
  if (chain === undefined) return new Refused('forged');
  const { publicId: id, caveats = [], digests } = chain;
  const problem = problemOf(chain, now);
  if (problem !== undefined) return new Refused(problem, id);
  const ownOnly = atTheDoor({ caveats }, connection.address);
  if (ownOnly === undefined) return new Refused('elsewhere', id);
  const stored = await parent(parts, { ...chain, publicId: id }, now);
  if (stored instanceof Refused) return stored;
  // All of them: what was narrowed further after it was revoked must not live on.
  for (const digest of digests) {
    if (await parts.revokedTails.has(digest)) return new Refused('revoked', id);
  }
  const together = { ...stored.grants, caveats: [...(stored.grants.caveats ?? []), ...caveats] };
  const grants = atTheDoor({ ...together, ...endOf(stored.grants, chain) }, connection.address);
  if (grants === undefined) return new Refused('elsewhere', id);
  return { grants, credential: credentialOf(chain) };
}

/** What is wrong with a chain by itself. */
function problemOf({ caveats }: VerifiedChain, now: Date): Refusal | undefined {
  if (caveats === undefined || caveats.length === 0) return 'caveat';
  const left = Date.parse(earliest(caveats) ?? '') - now.getTime();
  if (left <= 0) return 'expired';
  return left <= LONGEST_MS ? undefined : 'endless';
}

async function parent(
  { find }: RecogniseParts,
  asked: { readonly idHash: string; readonly keyId: number; readonly publicId: string },
  now: Date,
): Promise<KnownToken | Refused> {
  const stored = await find(asked.idHash);
  if (stored === undefined || stored.keyId !== asked.keyId) return new Refused('unknown', asked.publicId);
  if (stored.revokedAt !== undefined) return new Refused('revoked', asked.publicId);
  if (stored.expiresAt.getTime() <= now.getTime()) return new Refused('expired', asked.publicId);
  return stored;
}

/** The earliest end of both, so that whatever is kept open ends with it. */
function endOf({ expires }: Grants, { caveats = [] }: VerifiedChain): Pick<Grants, 'expires'> {
  const end = earliest(expires === undefined ? caveats : [...caveats, { expires }]);
  return end === undefined ? {} : { expires: end };
}

function credentialOf({ publicId, parentId, digests, caveats = [] }: VerifiedChain): Credential {
  const digest = digests.at(-1);
  return {
    kind: 'narrowed',
    id: publicId,
    parentId,
    ...(digest === undefined ? {} : { digest }),
    labels: caveats.flatMap(({ label }) => label ?? []),
  };
}
