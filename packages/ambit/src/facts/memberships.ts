import { type BoundaryKey, type Ground, kindOf } from '../rules/boundarykinds.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { GranularGrant } from '../types.ts';

/** A place as grants name it. */
interface PlaceName {
  readonly kind: string;
  readonly identity: string;
}

/** Memberships that were understood: places by key, with the names under which grants can hold them. */
export interface Members {
  readonly all: ReadonlyMap<BoundaryKey, PlaceName>;
  readonly personal: ReadonlyMap<BoundaryKey, PlaceName>;
}

/** The key under which a source of memberships gives the subject's own place; no kind may have its name. */
export const PERSONAL = 'personal';

/** What holds memberships when nobody knows of any: no place at all. */
export const NOWHERE: Members = { all: new Map(), personal: new Map() };

/**
 * Reads what a source of memberships answered. Undefined for anything that is not understood to its last entry: an
 * unknown kind, `user` and `instance` among them, or an identity that can name nothing. One that names no place that
 * there is, or none that is known, is left out.
 */
export function readMembers(value: unknown, ground: Ground): Members | undefined {
  if (value === null || value === undefined) return NOWHERE;
  if (!isMapping(value)) return undefined;
  const { [PERSONAL]: own, ...rest } = value;
  const all = placesOf(rest, ground);
  const personal = own === undefined ? new Map<BoundaryKey, PlaceName>() : placesOf(own, ground);
  return all && personal && { all, personal };
}

function placesOf(value: unknown, ground: Ground): Map<BoundaryKey, PlaceName> | undefined {
  if (!isMapping(value)) return undefined;
  const places = new Map<BoundaryKey, PlaceName>();
  for (const [kind, identities] of Object.entries(value)) {
    if (!Array.isArray(identities)) return undefined;
    for (const identity of identities) {
      if (!ground.canName(kind, identity)) return undefined;
      const key = ground.key(kind, identity);
      if (key !== undefined) places.set(key, { kind, identity: String(identity) });
    }
  }
  return places;
}

/**
 * One grant as plain grants in named places: `all_memberships` and `personal` in exactly the places of the subject.
 * With `limits`, any place counts only as far as the subject is a member there: of two places of which one lies in
 * the other, the lower one is left. `user` and `instance` are no places of which anybody is a member; they stay.
 */
export function placed(
  grant: GranularGrant,
  members: Members,
  ground: Ground,
  limits: boolean,
): readonly GranularGrant[] {
  const { boundary, permissions } = grant;
  const inPlaces = (places: Iterable<PlaceName>): GranularGrant[] =>
    [...places].map(({ kind, identity }) => ({ permissions, boundary: { [kind]: identity } }));
  if (boundary === 'all_memberships') return inPlaces(members.all.values());
  if (boundary === 'personal') return inPlaces(members.personal.values());
  if (typeof boundary === 'string') return STANDALONE_KINDS.includes(boundary) ? [grant] : [];
  if (!limits) return [grant];
  const [kind, identity] = Object.entries(boundary)[0] ?? [];
  const key = kind === undefined ? undefined : ground.key(kind, identity);
  if (key === undefined) return [];
  const known = new Map([...members.all, ...members.personal]);
  if (ground.lineage(key).some((above) => known.has(above))) return [grant];
  const below = [...known].filter(
    ([member]) => ground.canContain(kindOf(key), kindOf(member)) && ground.lineage(member).includes(key),
  );
  return inPlaces(below.map(([, place]) => place));
}

/** Every place that such an answer names, understood or not. */
export function namedIn(value: unknown): { readonly kind: string; readonly identity: unknown }[] {
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([kind, identities]) => {
    if (kind === PERSONAL) return namedIn(identities);
    return Array.isArray(identities) ? identities.map((identity: unknown) => ({ kind, identity })) : [];
  });
}

/** A plain object and nothing else: a promise or a map would look like a mapping that is empty. */
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
