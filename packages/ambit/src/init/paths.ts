import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Places } from './places.ts';
import type { ProposedKind } from './proposal.ts';
import { type Field, fieldsOf, isPerson, isReadable, isReadableLeaf } from './survey.ts';
import { endsWith, startsWith, wordsOf } from './words.ts';

/** Where the objects of a type are. */
export interface Placed {
  readonly kind: ProposedKind;
  /** The boundary path, as a selection. */
  readonly boundary: string;
}

/** What was found about the place of a type. */
export interface Placing {
  readonly placed?: Placed;
  /** Other paths, as good as the one chosen or of another kind. */
  readonly others: readonly Placed[];
  /** Paths to a place that need not be the one in which the object is: `targetProject { fullPath }`. */
  readonly doubtful: readonly string[];
}

/** Longer paths say little about where something is. */
const MAX_STEPS = 4;

interface Walk {
  readonly type: GraphQLNamedType;
  readonly steps: readonly string[];
  readonly nonNull: boolean;
}

/** The shortest way from an object to the identity of the place in which it is. */
export function placingOf(schema: GraphQLSchema, places: Places, type: GraphQLNamedType): Placing {
  const own = places.ofType.get(type.name);
  if (own) return { placed: { kind: own, boundary: own.identity }, others: [], doubtful: [] };
  if (isPerson(type.name)) return { others: [], doubtful: [] };
  let level: Walk[] = [{ type, steps: [], nonNull: true }];
  const seen = new Set<string>([type.name]);
  while (level.length > 0 && (level[0]?.steps.length ?? 0) < MAX_STEPS - 1) {
    const next = level.flatMap((walk) => stepsFrom(schema, walk));
    const arrived = next.flatMap((walk) => arrivalOf(places, walk, type) ?? []);
    const [best, ...others] = sorted(arrived, places);
    if (best) {
      const { kind } = best.placed;
      const above = ancestorsOf(kind, places);
      const rivals = others.filter(({ placed }) =>
        placed.kind === kind ? !best.isNamed : !best.nonNull || !above.includes(placed.kind.name),
      );
      return { placed: best.placed, others: rivals.map(({ placed }) => placed), doubtful: [] };
    }
    level = next.filter((walk) => !seen.has(walk.type.name));
    for (const walk of level) seen.add(walk.type.name);
  }
  const owned = ownedBy(schema, type);
  return { ...(owned ? { placed: owned } : {}), others: [], doubtful: doubtfulPaths(places, type) };
}

/** Leaves by which tokens name the person for whom they act, likeliest first. */
const SUBJECTS: readonly string[] = ['username', 'login', 'id'];

/** What a person owns is that person's own; where tokens name people by another leaf, it is denied. */
function ownedBy(schema: GraphQLSchema, type: GraphQLNamedType): Placed | undefined {
  const field = fieldsOf(type).find(({ name }) => name === 'owner');
  const owner = field && isReadable(field) ? schema.getType(getNamedType(field.type).name) : undefined;
  if (!owner || !isPerson(owner.name)) return undefined;
  const identity = SUBJECTS.find((name) => isReadableLeaf(owner, name));
  if (identity === undefined) return undefined;
  return { kind: { name: 'user', type: owner.name, identity }, boundary: `owner { ${identity} }` };
}

/** Fields by which an object belongs to what they return: called like it. */
function stepsFrom(schema: GraphQLSchema, { type, steps, nonNull }: Walk): Walk[] {
  return fieldsOf(type).flatMap((field) => {
    const target = schema.getType(getNamedType(field.type).name);
    if (!target || !isReadable(field) || !belongs(field, target)) return [];
    return [
      { type: target, steps: [...steps, field.name], nonNull: nonNull && String(field.type).endsWith('!') },
    ];
  });
}

function belongs(field: Field, target: GraphQLNamedType): boolean {
  if (!isObjectType(target) && !isInterfaceType(target)) return false;
  return !isPerson(target.name) && endsWith(wordsOf(target.name), wordsOf(field.name));
}

interface Arrival {
  readonly placed: Placed;
  readonly nonNull: boolean;
  /** Whether the type is called after the object through which the way leads. */
  readonly isNamed: boolean;
}

function arrivalOf(
  places: Places,
  { type, steps, nonNull }: Walk,
  from: GraphQLNamedType,
): Arrival | undefined {
  const kind = places.ofType.get(type.name);
  if (!kind) return undefined;
  const boundary = [...steps, kind.identity].reduceRight((inner, step) => `${step} { ${inner} }`);
  const isNamed = steps.length === 1 || startsWith(wordsOf(from.name), wordsOf(steps[0] ?? ''));
  return { placed: { kind, boundary }, nonNull, isNamed };
}

/** The narrowest kind first; then what gave the type its name; then what is never null; then the order of the schema. */
function sorted(arrivals: readonly Arrival[], places: Places): Arrival[] {
  return [...arrivals].sort(
    (one, other) =>
      depthOf(other.placed.kind, places) - depthOf(one.placed.kind, places) ||
      Number(other.isNamed) - Number(one.isNamed) ||
      Number(other.nonNull) - Number(one.nonNull),
  );
}

/** How many kinds are above: a kind that nests in itself counts once. */
export function depthOf(kind: ProposedKind, places: Places): number {
  return ancestorsOf(kind, places).length;
}

/** The names of the kinds above, nearest first, without the kind itself. */
export function ancestorsOf(kind: ProposedKind, places: Places): string[] {
  const above: string[] = [];
  for (let at = kind.parent; at !== undefined && at !== kind.name && !above.includes(at); ) {
    above.push(at);
    at = places.kinds.find(({ name }) => name === at)?.parent;
  }
  return above;
}

function doubtfulPaths(places: Places, type: GraphQLNamedType): string[] {
  return fieldsOf(type).flatMap((field) => {
    const kind = places.ofType.get(getNamedType(field.type).name);
    return kind && isReadable(field) ? [`${field.name} { ${kind.identity} }`] : [];
  });
}
