import { AmbitError } from '../errors.ts';
import { parseGrants } from '../grants/grants.ts';
import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import { ANY_KIND, type Snapshot } from '../rules/snapshot.ts';
import type { GrantBoundary, Grants } from '../types.ts';

/** A stored token: what `ambit-server token list --json` tells of it. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  /** Neither expired nor revoked. */
  readonly active: boolean;
  readonly grants: Grants;
}

/** A raw permission that a token holds, and where. */
export interface Held {
  readonly permission: string;
  readonly boundary: GrantBoundary;
  /** The kind of boundary, which `all_memberships` and `personal` do not tell. */
  readonly boundaryType: string;
  /** The kind below in whose boundaries it comes to count, or counts no longer; the kind itself, where that came or went. */
  readonly below?: string;
}

/** What lies in what, on both sides. */
export interface Nesting {
  readonly before: BoundaryKinds;
  readonly after: BoundaryKinds;
}

/** What a token gains and loses by a change of bundles that it holds. */
export interface TokenDifference {
  readonly id: string;
  readonly name: string;
  readonly gained: readonly Held[];
  readonly lost: readonly Held[];
}

/** Stored tokens from a parsed list. @throws AmbitError BAD_GRANTS where it is no such list */
export function tokensFrom(value: unknown): StoredToken[] {
  const list = isRecord(value) ? value['tokens'] : value;
  if (!Array.isArray(list)) throw bad('this is no list of tokens');
  return list.map((token: unknown, index) => {
    if (!isRecord(token) || typeof token['id'] !== 'string')
      throw bad(`the token at place ${index + 1} of the list has no \`id\``);
    const { id, name, status, grants } = token;
    return {
      id,
      name: typeof name === 'string' ? name : '',
      active: status === undefined || status === 'active',
      grants: grantsOf(id, grants),
    };
  });
}

/** What each active token gains or loses, also by kinds that come to stand in others; only those that do. */
export function compareTokens(
  tokens: readonly StoredToken[],
  before: Snapshot,
  after: Snapshot,
  nesting?: Nesting,
): TokenDifference[] {
  return tokens
    .filter(({ active }) => active)
    .flatMap(({ id, name, grants }) => {
      const [old, now] = [heldBy(grants, before), heldBy(grants, after)];
      const kept = [...now].filter(([key]) => old.has(key)).map(([, held]) => held);
      const gained = [...without(now, old), ...nested(kept, nesting?.before, nesting?.after)];
      const lost = [...without(old, now), ...nested(kept, nesting?.after, nesting?.before)];
      return gained.length === 0 && lost.length === 0 ? [] : [{ id, name, gained, lost }];
    });
}

function heldBy({ granular }: Grants, snapshot: Snapshot): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>();
  for (const { permissions, boundary } of granular ?? []) {
    for (const name of permissions) {
      const content = snapshot.get(name);
      for (const boundaryType of content ? kindsOf(boundary, content.boundaries) : []) {
        for (const permission of content?.permissions ?? []) {
          const key = JSON.stringify([permission, boundary, boundaryType]);
          held.set(key, { permission, boundary, boundaryType });
        }
      }
    }
  }
  return held;
}

/** The kinds in which a grant holds, of those in which its bundle is offered (M24). */
function kindsOf(boundary: GrantBoundary, offered: readonly string[]): readonly string[] {
  if (typeof boundary === 'string' && !STANDALONE_KINDS.includes(boundary))
    return offered.filter((kind) => !STANDALONE_KINDS.includes(kind));
  const kind = typeof boundary === 'string' ? boundary : (Object.keys(boundary)[0] ?? '');
  return offered.includes(kind) || offered.includes(ANY_KIND) ? [kind] : [];
}

/** Of what a token holds on both sides: the kinds in which that counts by `now`, and by `old` does not. */
function nested(
  kept: readonly Held[],
  old: BoundaryKinds | undefined,
  now: BoundaryKinds | undefined,
): Held[] {
  if (old === undefined || now === undefined) return [];
  const contains = (kinds: BoundaryKinds, upper: string, lower: string): boolean =>
    kinds.has(upper) && kinds.has(lower) && kinds.canContain(upper, lower);
  const all = now.names().filter((kind) => !STANDALONE_KINDS.includes(kind));
  return kept.flatMap((held) =>
    (held.boundaryType === ANY_KIND ? all : [held.boundaryType]).flatMap((boundaryType) =>
      all
        .filter((below) => contains(now, boundaryType, below) && !contains(old, boundaryType, below))
        .map((below) => ({ ...held, boundaryType, below })),
    ),
  );
}

function without(some: ReadonlyMap<string, Held>, others: ReadonlyMap<string, Held>): Held[] {
  return [...some].filter(([key]) => !others.has(key)).map(([, held]) => held);
}

function grantsOf(id: string, grants: unknown): Grants {
  try {
    return parseGrants(grants);
  } catch (error) {
    if (!(error instanceof AmbitError)) throw error;
    throw bad(`the grants of the token \`${id}\`: ${error.message}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string): AmbitError {
  return new AmbitError('BAD_GRANTS', message, {
    suggestion: 'give what `ambit-server token list --json` prints',
  });
}
