import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';
import { earliest } from 'ambit/narrow';

import type { RootKeys } from './rootkey.ts';
import type { VerifiedToken } from './tokens/chain.ts';
import { type AtTheDoor, isAdmitted, takeAddresses } from './tokens/door.ts';
import type { RevokedTails } from './tokens/revokedtails.ts';
import { createVerifier, type Unverified } from './tokens/verify.ts';

/** A narrowed token ends at most so long after it is used; the minutes are for clocks that differ. */
const LONGEST_MS = (24 * 60 + 5) * 60_000;

/** Why a bearer was refused: for the log alone, since all of them get one answer. */
export type Refusal =
  | Unverified
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

/** Recognises a bearer that came over a connection, at an instant. */
export type Recognise = (bearer: string, connection: Connection, now: Date) => Promise<Recognition>;

/**
 * Gives a function that recognises personal and narrowed tokens. The order matters: what costs nothing comes first, and
 * the store is asked only about tokens that we made. Rejects only where the store or the set of revoked tails does.
 */
export function createRecogniser(parts: RecogniseParts): Recognise {
  const verify = createVerifier(parts.rootKeys);
  const heldBy = createHolder();
  const find = async (bearer: string, { address }: Connection, now: Date): Promise<Recognition | Refused> => {
    const token = verify(bearer);
    if (typeof token === 'string') return new Refused(token);
    const problem = problemOf(token, address, now);
    if (problem !== undefined) return new Refused(problem, token.publicId);
    const stored = await parts.find(token.idHash);
    const trouble = await troubleOf(token, stored, parts.revokedTails, now);
    if (stored === undefined || trouble !== undefined)
      return new Refused(trouble ?? 'unknown', token.publicId);
    const { grants, networks } = heldBy(token, stored.grants);
    if (!isAdmitted(address, networks)) return new Refused('elsewhere', token.publicId);
    return { grants, credential: credentialOf(token) };
  };
  return async (bearer, connection, now) => {
    const found = await find(bearer, connection, now);
    if (!(found instanceof Refused)) return found;
    parts.onRefused?.(found.refusal, found.id);
    return INVALID;
  };
}

/** What is wrong with a token by itself. A personal one has no caveats, and ends as the store says. */
function problemOf(
  { digests, caveats }: VerifiedToken,
  address: string | undefined,
  now: Date,
): Refusal | undefined {
  if (digests.length === 0) return undefined;
  if (caveats === undefined || caveats.length === 0) return 'caveat';
  const left = Date.parse(earliest(caveats) ?? '') - now.getTime();
  if (left <= 0) return 'expired';
  // Also where there is no end, and nothing can be compared.
  if (!(left <= LONGEST_MS)) return 'endless';
  const networks = caveats.flatMap((caveat) => (caveat.address === undefined ? [] : [caveat.address]));
  return isAdmitted(address, networks) ? undefined : 'elsewhere';
}

/** What is wrong with a token by what is kept about it and its parent. */
async function troubleOf(
  { keyId, digests }: VerifiedToken,
  stored: KnownToken | undefined,
  revokedTails: RevokedTails,
  now: Date,
): Promise<Refusal | undefined> {
  if (stored === undefined || stored.keyId !== keyId) return 'unknown';
  if (stored.revokedAt !== undefined) return 'revoked';
  if (stored.expiresAt.getTime() <= now.getTime()) return 'expired';
  // All of them: what was narrowed further after it was revoked must not live on.
  for (const digest of digests) if (await revokedTails.has(digest)) return 'revoked';
  return undefined;
}

/**
 * What a token holds, given the grants of its parent. The same object for the same two: the engine keeps what it works
 * out of grants as long as their object is there.
 */
function createHolder(): (token: VerifiedToken, grants: Grants) => AtTheDoor {
  const kept = new WeakMap<VerifiedToken, { readonly from: Grants; readonly held: AtTheDoor }>();
  return (token, grants) => {
    const before = kept.get(token);
    if (before?.from === grants) return before.held;
    const held = takeAddresses(token.digests.length === 0 ? grants : narrowedGrants(token, grants));
    kept.set(token, { from: grants, held });
    return held;
  };
}

function narrowedGrants({ caveats = [] }: VerifiedToken, grants: Grants): Grants {
  // The earliest end of both, so that whatever is kept open ends with it.
  const expires = earliest(
    grants.expires === undefined ? caveats : [...caveats, { expires: grants.expires }],
  );
  return {
    ...grants,
    caveats: [...(grants.caveats ?? []), ...caveats],
    ...(expires === undefined ? {} : { expires }),
  };
}

function credentialOf({ publicId, parentId, digests, caveats = [] }: VerifiedToken): Credential {
  const digest = digests.at(-1);
  return {
    kind: digest === undefined ? 'personal' : 'narrowed',
    id: publicId,
    parentId,
    ...(digest === undefined ? {} : { digest }),
    labels: caveats.flatMap(({ label }) => label ?? []),
  };
}
