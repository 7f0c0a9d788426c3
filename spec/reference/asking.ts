import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { Book } from './covering.ts';
import type { Credential } from './credential.ts';
import { type Boundary, isStandalone } from './ground.ts';
import { argumentValues } from './inputs.ts';
import type { Operation, Use } from './operation.ts';
import type { Ask, Place, Rule } from './rules.ts';

/** `missing`: held nowhere. `outside`: held, but not there. `later`: only an object can tell. */
export type Answer = 'yes' | 'missing' | 'outside' | 'later';

/** An object that was reached, the use that returned it, and what was reached before it. */
export interface Reached {
  readonly use: Use;
  readonly type: GraphQLObjectType;
  readonly object: unknown;
  readonly above: Reached | undefined;
}

/** Where a rule is asked. */
export interface Spot {
  readonly use: Use;
  /** On the type of the object that the use returns, on the field, on its input, or on the list around it. */
  readonly as: 'type' | 'field' | 'input' | 'list';
  /** The object that the use returned; undefined while it is not there. */
  readonly object?: { readonly value: unknown; readonly type: GraphQLObjectType };
  /** The object on which the use stands; undefined before anything runs. */
  readonly from?: Reached | undefined;
}

/** What a request met on its way, for those who count. */
export interface Seen {
  boundary: boolean;
  inputRule: boolean;
  inherits: boolean;
  traversal: boolean;
  /** Whether a place was asked for, and whether one was that is not found. */
  asked: boolean;
  unfound: boolean;
  /** Whether a coarse scope did not count. */
  granularOnly: boolean;
  /** Whether anything was not given. */
  withheld: boolean;
}

/** Told of every value that is read, and why; and of objects that are as ones that do not exist. */
export interface Witness {
  read(object: unknown, field: string, why: 'to show' | 'to decide'): void;
  hidden(object: unknown, field: string, value: unknown): void;
  shown(object: unknown, field: string, value: unknown): void;
}

/** What one request brings along. */
export interface Request {
  readonly witness?: Witness | undefined;
  /** Whether objects behind ids are looked up. */
  readonly looksUp?: boolean;
  readonly seen: Seen;
  readonly book: Book;
  readonly credential: Credential;
  readonly operation: Operation;
  readonly root: unknown;
}

/** One boundary or several, none, one that something names and that cannot be told, or one that cannot be read yet. */
type Located = readonly Boundary[] | 'none' | 'untold' | 'later';

/** The strictest of several answers. */
export function strictest(answers: readonly Answer[]): Answer {
  for (const one of ['missing', 'outside', 'later'] as const) if (answers.includes(one)) return one;
  return 'yes';
}

/** What a rule answers: everything that it asks for has to hold. */
export function askRule(
  request: Request,
  { asks }: Pick<Rule, 'asks'>,
  spot: Spot,
  isNarrow: boolean,
): Answer {
  return strictest(asks.map((ask) => answerTo(request, ask, spot, isNarrow)));
}

function answerTo(request: Request, ask: Ask, spot: Spot, isNarrow: boolean): Answer {
  const { credential, operation } = request;
  if ('scopes' in ask) return isMet(ask.scopes, (scope) => credential.hasScope(scope));
  if ('policies' in ask) return isMet(ask.policies, (policy) => credential.hasPolicy(policy));
  if ('authenticated' in ask) return credential.authenticated ? 'yes' : 'missing';
  const own = (): Answer => inPlaces(request, ask.permissions, ask.places, spot);
  const isCoarse = credential.isCoarse(operation.definition.operation);
  const stops = isCoarse && !isNarrow && credential.ground.hasGranularOnly;
  if (!credential.isLimited && isNarrow) return 'yes';
  if (!isNarrow && !isCoarse) return own();
  if (!credential.isLimited && !stops) return 'yes';
  const coarse = stops ? coarsely(request, ask.places, spot) : 'yes';
  const left = credential.isLimited ? carried(request, ask.permissions, ask.places, spot) : 'yes';
  const answers = [left === 'missing' ? left : strictest([left, coarse]), own()];
  if (coarse === 'outside') request.seen.granularOnly = true;
  return mildest(answers);
}

/** What caveats leave of a scope that carries every permission: as if it were held in the places that are left. */
function carried(
  request: Request,
  permissions: readonly string[],
  places: readonly Place[],
  spot: Spot,
): Answer {
  const { credential } = request;
  const isLeft = places.every(({ kind }) => permissions.every((one) => credential.leaves(one, kind)));
  if (isLeft && !credential.isPlaced) return 'yes';
  return inPlaces(request, permissions, places, spot, {
    canHold: (all, kind) => credential.canCarry(all, kind),
    holds: (all, boundary) => credential.carries(all, boundary),
  });
}

/** What is held in one of two ways. */
function mildest(answers: readonly Answer[]): Answer {
  for (const one of ['yes', 'later', 'outside'] as const) if (answers.includes(one)) return one;
  return 'missing';
}

/** M16: what a coarse scope answers where some places require granular tokens. */
function coarsely(request: Request, places: readonly Place[], spot: Spot): Answer {
  const { credential } = request;
  const placed = places.filter(({ kind }) => !isStandalone(kind));
  const located = placed.map((place) => locate(request, place, spot));
  const known = located.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  if (located.includes('untold')) return 'outside';
  if (known.some((all) => all.some((one) => !credential.isCoarseIn(one)))) return 'outside';
  if (located.includes('later')) return 'later';
  return known.length > 0 || placed.length < places.length ? 'yes' : 'outside';
}

function isMet(anyOf: readonly (readonly string[])[], isHeld: (name: string) => boolean): Answer {
  return anyOf.some((all) => all.length > 0 && all.every(isHeld)) ? 'yes' : 'missing';
}

/** M15: alternatives; `user` and `instance` count where every other one is passed over. */
function inPlaces(
  request: Request,
  permissions: readonly string[],
  places: readonly Place[],
  spot: Spot,
  holder: Pick<Credential, 'canHold' | 'holds'> = request.credential,
): Answer {
  const tried = places.map((place) => {
    const located = locate(request, place, spot);
    if (!isStandalone(place.kind)) request.seen.boundary = true;
    const canHold = holder.canHold(permissions, place.kind);
    const holds =
      typeof located !== 'string' && canHold && located.every((one) => holder.holds(permissions, one));
    return { located, holds, canHold, isAlone: isStandalone(place.kind) };
  });
  const objects = tried.filter(({ isAlone }) => !isAlone);
  const alone = tried.filter(({ isAlone }) => isAlone);
  if (objects.some(({ holds }) => holds)) return 'yes';
  if (objects.some(({ located, canHold }) => located === 'later' && canHold)) return 'later';
  const mayBePassedOver = objects.every(({ located }) => located === 'none' || located === 'later');
  const mayCount = mayBePassedOver
    ? alone.filter(({ located, canHold }) => canHold && located !== 'none' && located !== 'untold')
    : [];
  const isSure = objects.every(({ located }) => located === 'none');
  for (const { located, holds } of mayCount) {
    if (located === 'later' || !isSure) return 'later';
    if (holds) return 'yes';
  }
  return tried.some(({ canHold }) => canHold) ? 'outside' : 'missing';
}

/** Where the boundary of one alternative is (M13, M14). */
export function locate(request: Request, place: Place, spot: Spot): Located {
  const { use } = spot;
  if (spot.as === 'type') {
    if (place.path)
      return spot.object ? named(request, place.kind, read(request, spot.object, place.path)) : 'later';
    if (place.argument) return byArgument(request, place, use);
    return standing(place.kind);
  }
  if (spot.as === 'field') return atField(request, place, spot);
  if (spot.as === 'input') {
    if (place.argument || place.path) return atField(request, place, spot);
    const own = placesOf(request.book.fieldRules(use.on, use.name)).find(({ kind }) => kind === place.kind);
    return atField(request, own ?? place, spot);
  }
  return atList(request, place, spot);
}

function atField(request: Request, place: Place, spot: Spot): Located {
  const { use } = spot;
  if (place.argument && place.path) return lookedUp(request, place, use);
  if (place.argument) return byArgument(request, place, use);
  if (place.path && use.parent === undefined)
    return spot.object ? named(request, place.kind, read(request, spot.object, place.path)) : 'later';
  if (place.path) return fromHolder(request, place, spot);
  const holder = holderOf(request.book, use);
  const ofHolder = holder ? placesOf(request.book.typeRules(holder.type)) : [];
  const isTied = ofHolder.some(({ kind, path, argument }) => kind === place.kind && (path || argument));
  if (isStandalone(place.kind) && !isTied) return standing(place.kind);
  if (!holder) return atMutation(request, place, use);
  const same = ofHolder.find(({ kind }) => kind === place.kind);
  if (!same) return 'none';
  if (same.path) return fromHolder(request, same, spot);
  return same.argument ? byArgument(request, same, holder.use) : standing(same.kind);
}

/** M13: in a payload the boundary is that of the mutation. */
function atMutation(request: Request, place: Place, use: Use): Located {
  const isIn = (at: Use): boolean => request.book.cover(at.on) === 'inherits';
  let at: Use | undefined = use;
  while (at && isIn(at)) {
    const isPayload = request.book.shape(at.on) === 'payload';
    at = at.parent;
    if (!isPayload || !at) continue;
    const own = placesOf(request.book.fieldRules(at.on, at.name)).find(({ kind }) => kind === place.kind);
    return own ? atField(request, own, { use: at, as: 'field' }) : 'none';
  }
  return 'none';
}

/** M4: a list hangs on the boundary argument of the field that returns it, else on the object above. */
function atList(request: Request, place: Place, spot: Spot): Located {
  if (isStandalone(place.kind)) return standing(place.kind);
  for (const list of listsAround(request.book, spot.use)) {
    for (const own of placesOf(request.book.fieldRules(list.on, list.name))) {
      if (isStandalone(own.kind) || !own.argument) continue;
      const located = own.path ? lookedUp(request, own, list) : byArgument(request, own, list);
      if (located !== 'none') return located;
    }
  }
  const holder = holderOf(request.book, spot.use);
  for (const own of holder ? placesOf(request.book.typeRules(holder.type)) : []) {
    if (isStandalone(own.kind)) continue;
    const located = own.path ? fromHolder(request, own, spot) : byArgument(request, own, holder!.use);
    if (located !== 'none') return located;
  }
  return 'none';
}

/** Whether a list hangs on anything that has a boundary (M4). */
export function hangs(book: Book, use: Use): boolean {
  const holder = holderOf(book, use);
  const isPlaced = ({ kind }: Place): boolean => !isStandalone(kind);
  return (
    listsAround(book, use).some((list) =>
      placesOf(book.fieldRules(list.on, list.name)).some((one) => isPlaced(one) && one.argument),
    ) ||
    (holder !== undefined && placesOf(book.typeRules(holder.type)).some(isPlaced))
  );
}

/** The fields that return the inheriting objects around a use, nearest first. */
function listsAround(book: Book, use: Use): Use[] {
  const lists: Use[] = [];
  for (let at: Use | undefined = use; at?.parent && book.cover(at.on) === 'inherits'; at = at.parent)
    lists.push(at.parent);
  return lists;
}

/** The nearest object above whose type does not inherit: its type, and the use that returns it. */
export function holderOf(book: Book, use: Use): { use: Use; type: GraphQLObjectType } | undefined {
  if (!use.parent) return undefined;
  return book.cover(use.on) === 'inherits' ? holderOf(book, use.parent) : { use: use.parent, type: use.on };
}

export function placesOf(rules: readonly Rule[]): Place[] {
  return rules.flatMap(({ asks }) => asks).flatMap((ask) => ('places' in ask ? ask.places : []));
}

function standing(kind: string): Located {
  return isStandalone(kind) ? [{ kind, identity: '' }] : 'none';
}

function named(request: Request, kind: string, ...values: readonly unknown[]): Located {
  const found = values.map((value) => request.credential.boundary(kind, value));
  if (request.credential.ground.isAsked(kind)) {
    request.seen.asked = true;
    if (found.includes(undefined) && !values.includes(undefined)) request.seen.unfound = true;
  }
  if (values.every((value) => value === undefined || value === null)) return 'none';
  return found.includes(undefined) ? 'untold' : (found as Boundary[]);
}

function byArgument(request: Request, { kind, argument }: Place, use: Use): Located {
  const values = argumentValues(use, argument ?? [], request.operation);
  return values ? named(request, kind, ...values) : 'none';
}

/** M14: the objects behind ids, through `Query.node(id:)`. */
function lookedUp(request: Request, place: Place, use: Use): Located {
  const ids = argumentValues(use, place.argument ?? [], request.operation);
  if (!ids) return 'none';
  if (!request.looksUp) return 'later';
  request.witness?.read(request.root, 'node', 'to decide');
  const values = ids.map((id) => {
    const node = valueIn(request.root, 'node', { id: String(id) });
    const type = request.book.schema.getType(String(own(node, '__typename')));
    if (!isObjectType(type)) return UNREADABLE;
    // An identity that is a field of the object itself says nothing of its kind: the type has to say that it is its own.
    const isOfKind =
      place.path!.length > 1 ||
      placesOf(request.book.typeRules(type)).some(
        ({ kind, path }) => kind === place.kind && path?.join() === place.path!.join(),
      );
    return isOfKind ? read(request, { value: node, type }, place.path!) : undefined;
  });
  return named(request, place.kind, ...values);
}

function fromHolder(request: Request, place: Place, { use, from }: Spot): Located {
  const holder = holderOf(request.book, use);
  if (!holder) return 'none';
  if (!from) return 'later';
  let at: Reached | undefined = from;
  while (at && at.use !== holder.use) at = at.above;
  return at
    ? named(request, place.kind, read(request, { value: at.object, type: at.type }, place.path!))
    : 'none';
}

/** Stands for an identity that is there and cannot be told: the text that names nothing. */
const UNREADABLE = '';

/** Follows a path with the API's own right. Whatever goes wrong on the way names nothing (M13). */
function read(
  { book, witness }: Request,
  object: { readonly value: unknown; readonly type: GraphQLObjectType },
  path: readonly string[],
): unknown {
  let { value } = object;
  let type: GraphQLObjectType | undefined = object.type;
  for (const step of path) {
    const field: GraphQLField<unknown, unknown> | undefined = type?.getFields()[step];
    if (value === null || value === undefined) return undefined;
    if (!field) return UNREADABLE;
    witness?.read(value, step, 'to decide');
    try {
      value = valueIn(value, step, Object.fromEntries(field.args.map((one) => [one.name, one.defaultValue])));
    } catch {
      return UNREADABLE;
    }
    const returned: GraphQLNamedType = getNamedType(field.type);
    if (isLeafType(returned))
      return value === null || value === undefined ? undefined : returned.serialize(value);
    const concrete: GraphQLNamedType | undefined = isObjectType(returned)
      ? returned
      : book.schema.getType(String(own(value, '__typename')));
    type = isObjectType(concrete) ? concrete : undefined;
  }
  return undefined;
}

/** The value of a field as graphql-js reads it by default: a property, or what a method answers. */
export function valueIn(object: unknown, field: string, args: Readonly<Record<string, unknown>>): unknown {
  const value = own(object, field);
  return typeof value === 'function' ? value.call(object, args) : value;
}

function own(object: unknown, field: string): unknown {
  return typeof object === 'object' && object !== null
    ? (object as Record<string, unknown>)[field]
    : undefined;
}
