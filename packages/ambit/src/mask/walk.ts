import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  type OperationTypeNode,
} from 'graphql';
import type { Policy, TypeAccess } from '../compile/policy.ts';
import type { NarrowVerb } from '../grants/held.ts';
import { holdersOf, type InputViews } from './inputs.ts';
import { givesBoundary, type Possible } from './possible.ts';

type Field = GraphQLField<unknown, unknown>;

/** What holds at an object by the way it was reached. */
interface Circumstances {
  /** Whether a coarse scope passes permission rules in this operation. */
  readonly coarse: boolean;
  /** Whether the object's own leaves can be read. */
  readonly reads: boolean;
  /** Whether a child without a rule of its own can be read: whether the nearest object with one can. */
  readonly lends: boolean;
  /** Whether a narrow scope of the root field still speaks for objects here (M17). */
  readonly narrow: boolean;
  /** Whether a list that hangs here has a boundary in which it can be judged (M4). */
  readonly anchored: boolean;
  /** Whether this is an edge that is there with its node alone, since the list around is always refused (M4). */
  readonly byNode: boolean;
}

/** A field that can be asked for. */
export interface Candidate {
  readonly field: Field;
  /** Whether a scope speaks for the permissions that the field and its input ask for. */
  readonly waived: boolean;
  /** Names of the arguments that can be supplied; undefined where nothing limits them. */
  readonly args: ReadonlySet<string> | undefined;
  /** Whether lists below can be judged in a boundary that the field names. */
  readonly anchors: boolean;
  readonly returned: Returned;
}

/** What fields return, without lists and non-null. */
export interface Returned {
  readonly type: GraphQLNamedType;
  /** Every object type that it can turn out to be (M5); undefined for a leaf. */
  readonly targets: readonly TypeAccess[] | undefined;
  /** Whether some of those have no rule of their own. */
  readonly unruled: boolean;
}

/** One object type as it can be reached in one way. */
export interface Visit extends Circumstances {
  readonly type: GraphQLObjectType;
  /** Set at the top of an operation, where narrow scopes name fields. */
  readonly verb: NarrowVerb | undefined;
  /** Fields that return no object and can be read. */
  readonly leaves: Candidate[];
  readonly edges: Edge[];
  readonly incoming: Edge[];
}

/** A field that can lead from one visit to another. */
export interface Edge {
  readonly candidate: Candidate;
  readonly from: Visit;
  readonly to: Visit;
}

/** Every way in which objects can be reached from the roots, with what can be read there. */
export class Walk {
  readonly visits: Map<string, Visit> = new Map();
  readonly roots: readonly Visit[];
  readonly #policy: Policy;
  readonly #possible: Possible;
  readonly #views: InputViews;
  readonly #returned = new Map<string, Returned>();
  readonly #candidates = new Map<string, readonly Candidate[]>();

  constructor(possible: Possible, views: InputViews) {
    this.#policy = possible.policy;
    this.#possible = possible;
    this.#views = views;
    this.roots = (['query', 'mutation', 'subscription'] as const).flatMap((operation) => {
      const type = this.#policy.schema.getRootType(operation as OperationTypeNode);
      return type ? [this.#root(type, operation)] : [];
    });
    // Discovery order: a Map hands out what is added while it is walked.
    for (const visit of this.visits.values()) this.#look(visit);
  }

  #root(type: GraphQLObjectType, operation: 'query' | 'mutation' | 'subscription'): Visit {
    const verb = operation === 'mutation' ? 'mutate' : operation === 'subscription' ? 'subscribe' : 'query';
    return this.#visit(type, { coarse: this.#possible.coarse(operation), ...OPEN }, verb);
  }

  #visit(type: GraphQLObjectType, where: Circumstances, verb?: NarrowVerb): Visit {
    const { coarse, reads, lends, narrow, anchored, byNode } = where;
    const flags = [coarse, reads, lends, narrow, anchored, byNode].map(Number).join('');
    const key = `${type.name} ${flags} ${verb ?? ''}`;
    let visit = this.visits.get(key);
    if (!visit) {
      visit = { type, ...where, verb, leaves: [], edges: [], incoming: [] };
      this.visits.set(key, visit);
    }
    return visit;
  }

  #look(visit: Visit): void {
    for (const candidate of this.#candidatesOf(visit)) {
      if (candidate.returned.targets) this.#follow(visit, candidate, candidate.returned.targets);
      else if (visit.reads) visit.leaves.push(candidate);
    }
  }

  #candidatesOf({ type, coarse, verb }: Visit): readonly Candidate[] {
    const key = `${type.name} ${coarse} ${verb ?? ''}`;
    let candidates = this.#candidates.get(key);
    if (!candidates) {
      const open: Candidate[] = [];
      for (const field of Object.values(type.getFields())) {
        const waived = coarse || (verb !== undefined && this.#possible.rights.narrow(verb, field.name));
        const candidate = this.#candidate(type, field, coarse, waived);
        if (candidate) open.push(candidate);
      }
      candidates = open;
      this.#candidates.set(key, candidates);
    }
    return candidates;
  }

  /** A field with what can be supplied to it; undefined where it cannot be asked for. */
  #candidate(type: GraphQLObjectType, field: Field, coarse: boolean, waived: boolean): Candidate | undefined {
    const access = this.#policy.fieldAccess(type, field);
    if (!this.#possible.runs(type, field.name)) return undefined;
    if (!access.covered && !this.#possible.unmarked(coarse)) return undefined;
    if (!access.rules.every((rule) => this.#possible.rule(rule, waived))) return undefined;
    const returned = this.#returnedBy(field);
    if (
      !returned.targets &&
      isEnumType(returned.type) &&
      this.#views.of(coarse).values(returned.type).size === 0
    ) {
      return undefined;
    }
    const args = access.guardsInput ? this.#views.of(waived).argumentsOf(holdersOf(type), field) : undefined;
    if (access.guardsInput && !args) return undefined;
    return { field, waived, args, anchors: access.rules.some(givesBoundary), returned };
  }

  #returnedBy(field: Field): Returned {
    const type = getNamedType(field.type);
    let returned = this.#returned.get(type.name);
    if (!returned) {
      const targets = isCompositeType(type)
        ? this.#policy.possibleTypes(type).map((one) => this.#policy.typeAccess(one))
        : undefined;
      returned = { type, targets, unruled: targets?.some(isUnruled) === true };
      this.#returned.set(type.name, returned);
    }
    return returned;
  }

  #follow(from: Visit, candidate: Candidate, targets: readonly TypeAccess[]): void {
    const { field, returned } = candidate;
    // An object that may be without a rule of its own belongs to the object above it.
    if (!from.lends && returned.unruled) return;
    const speaks =
      from.verb === undefined ? from.narrow : this.#possible.rights.narrow(from.verb, field.name);
    const narrow = speaks && !isAbstractType(returned.type);
    for (const access of targets) {
      const where = this.#arrive(from, candidate, access, narrow);
      if (!where) continue;
      const to = this.#visit(access.type, where);
      const edge: Edge = { candidate, from, to };
      from.edges.push(edge);
      to.incoming.push(edge);
    }
  }

  /** What holds at an object of one type that `field` returns; undefined where there can be none for this credential. */
  #arrive(from: Visit, candidate: Candidate, access: TypeAccess, narrow: boolean): Circumstances | undefined {
    const { coarse } = from;
    switch (access.cover) {
      case 'unmarked':
        return this.#possible.unmarked(coarse) ? { coarse, ...OPEN } : undefined;
      case 'public':
      case 'root':
        return { coarse, ...OPEN };
      case 'inherits':
        return this.#inherit(from, candidate, access, narrow);
      case 'ruled': {
        const standing = this.#possible.type(access, candidate.field, coarse || narrow);
        if (standing === 'none') return undefined;
        const reads = standing === 'reads';
        const anchored = access.rules.some(givesBoundary);
        return { coarse, reads, lends: reads, narrow: false, anchored, byNode: false };
      }
    }
  }

  #inherit(from: Visit, candidate: Candidate, access: TypeAccess, narrow: boolean): Circumstances {
    const { coarse, reads, lends } = from;
    const anchored = from.anchored || candidate.anchors;
    switch (access.inheritsAs) {
      case 'connection':
      case 'edge': {
        const isOpen = this.#opensList(access, from, coarse || narrow, anchored);
        const readsNodes =
          lends || !access.nodeTypes.some((type) => isUnruled(this.#policy.typeAccess(type)));
        const byNode = access.inheritsAs === 'edge' && !isOpen;
        return { coarse, reads: isOpen && readsNodes, lends, narrow, anchored, byNode };
      }
      default: {
        // Under a root field a payload has that field's rule; elsewhere it belongs to what is around it, like the rest.
        const isAnswer = access.inheritsAs === 'payload' && from.verb !== undefined;
        const inner = { reads, lends, narrow: false, byNode: false };
        return isAnswer ? { coarse, ...OPEN, anchored } : { coarse, ...inner, anchored };
      }
    }
  }

  /** Whether a list's own leaves can be had where it hangs: they take the rules of every type that its nodes can have. */
  #opensList({ nodeTypes }: TypeAccess, from: Visit, waived: boolean, anchored: boolean): boolean {
    return nodeTypes.every((type) => {
      const node = this.#policy.typeAccess(type);
      if (node.cover === 'unmarked' && !this.#possible.unmarked(from.coarse)) return false;
      return node.rules.every((rule) =>
        anchored ? this.#possible.rule(rule, waived) : this.#possible.placeless(rule, waived),
      );
    });
  }
}

/** Nothing above limits what can be read, and no boundary is known. */
const OPEN: Omit<Circumstances, 'coarse'> = {
  reads: true,
  lends: true,
  narrow: false,
  anchored: false,
  byNode: false,
};

function isUnruled({ cover }: TypeAccess): boolean {
  return cover === 'public' || cover === 'unmarked' || cover === 'root';
}
