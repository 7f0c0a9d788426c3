import type { GraphQLNamedType, GraphQLObjectType } from 'graphql';
import type { Candidate, Edge, Visit, Walk } from './walk.ts';

/** Fields of object types that lead to something readable, by type and name. */
export type LiveFields = ReadonlyMap<string, ReadonlyMap<string, Candidate>>;

/** Whether objects of `type` still count as what a field declares to return. */
export type Belongs = (type: GraphQLObjectType, declared: GraphQLNamedType) => boolean;

/** What is left of a walk. */
export interface Live {
  readonly fields: LiveFields;
  readonly visits: readonly Visit[];
}

/**
 * The least fixed point: an object type is alive where a leaf of it can be read or a field leads to one that is alive;
 * an edge in a list that is always refused, where its node leads to one. Answers what of that can be reached from the
 * roots through fields that `belongs` lets stand.
 */
export function liveFields(walk: Walk, belongs: Belongs): Live {
  const stands = (edge: Edge): boolean => belongs(edge.to.type, edge.candidate.returned.type);
  const alive = aliveVisits(walk, stands);
  const reached = new Set(walk.roots.filter((root) => alive.has(root)));
  const fields = new Map<string, Map<string, Candidate>>();
  // Sets hand out what is added while they are walked.
  for (const visit of reached) {
    const shown = fields.get(visit.type.name) ?? new Map<string, Candidate>();
    fields.set(visit.type.name, shown);
    for (const leaf of visit.leaves) show(shown, leaf);
    for (const edge of visit.edges) {
      if (!alive.has(edge.to) || !stands(edge)) continue;
      show(shown, edge.candidate);
      reached.add(edge.to);
    }
  }
  return { fields, visits: [...reached] };
}

function aliveVisits(walk: Walk, stands: (edge: Edge) => boolean): ReadonlySet<Visit> {
  const alive = new Set<Visit>();
  for (const visit of walk.visits.values()) if (visit.leaves.length > 0) alive.add(visit);
  for (const visit of alive) {
    for (const edge of visit.incoming) {
      const { from, candidate } = edge;
      const isKept = !from.byNode || candidate.field.name === 'node';
      if (isKept && !alive.has(from) && stands(edge)) alive.add(from);
    }
  }
  return alive;
}

/** Where a scope speaks for the permissions that a field's input asks for in one place, all of that input shows. */
function show(shown: Map<string, Candidate>, candidate: Candidate): void {
  const { name } = candidate.field;
  const earlier = shown.get(name);
  if (!earlier || (candidate.waived && !earlier.waived)) shown.set(name, candidate);
}
