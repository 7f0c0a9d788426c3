import type { BoundaryKey, Ground } from '../rules/boundarykinds.ts';
import { unknownKey } from '../rules/placeline.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Caveat, GrantBoundary, Grants } from '../types.ts';

/** Kinds of root operation, as narrow scopes and caveats spell them. */
export type NarrowVerb = 'query' | 'mutate' | 'subscribe';

const NARROW = /^api:graphql:(query|mutate|subscribe):([_A-Za-z]\w*|\*)$/;

/** What a narrow scope names; undefined for any other scope (M17). */
export function narrowOf(scope: string): { readonly verb: NarrowVerb; readonly field: string } | undefined {
  const [, verb, field] = NARROW.exec(scope) ?? [];
  return verb === undefined || field === undefined ? undefined : { verb: verb as NarrowVerb, field };
}

/** Rights are kept for every credential, and most hold nothing of some kind: these share one set. */
const NO_NAMES: ReadonlySet<string> = new Set();

/** Grants may come from code that no compiler checks: a string is no list of its letters. */
export function namesIn(names: readonly string[] | undefined): ReadonlySet<string> {
  return Array.isArray(names) && names.length > 0 ? new Set(names) : NO_NAMES;
}

/** Those of `names` that are narrow scopes. */
export function narrowAmong(names: ReadonlySet<string>): ReadonlySet<string> {
  const narrow = [...names].filter((name) => narrowOf(name) !== undefined);
  return narrow.length > 0 ? new Set(narrow) : NO_NAMES;
}

/** `all_memberships` and `personal` need a source of memberships; without one they hold nowhere (M18). */
export function placeOf(boundary: GrantBoundary, ground: Ground): BoundaryKey | undefined {
  if (typeof boundary === 'string') return STANDALONE_KINDS.includes(boundary) ? `${boundary}:` : undefined;
  const [kind, identity] = Object.entries(boundary)[0] ?? [];
  if (kind === undefined || identity === undefined) return undefined;
  // What is held in a place that is not found is held, and in no place at all.
  return (
    ground.key(kind, identity) ?? (ground.canName(kind, identity) ? unknownKey(kind, identity) : undefined)
  );
}

/** What caveats leave of the two kinds of grants. */
export interface Left {
  /** Scopes that coarse and narrow ones are recognised among. */
  readonly carried: ReadonlySet<string>;
  /** Scopes that rules can ask for. */
  readonly scopes: ReadonlySet<string>;
  readonly granular: NonNullable<Grants['granular']>;
}

/** A caveat that speaks of permissions alone leaves no scope to ask for, and one of scopes alone nothing granular. */
export function leftOf({ scopes, granular = [] }: Grants, caveats: readonly Caveat[]): Left {
  const given = namesIn(scopes);
  if (caveats.length === 0) return { carried: given, scopes: given, granular };
  const carried = new Set(
    [...given].filter((one) => caveats.every((it) => it.scopes?.includes(one) ?? true)),
  );
  const onlyPermissions = caveats.some((it) => it.permissions !== undefined && it.scopes === undefined);
  const onlyScopes = caveats.some((it) => it.scopes !== undefined && it.permissions === undefined);
  return { carried, scopes: onlyPermissions ? NO_NAMES : carried, granular: onlyScopes ? [] : granular };
}
