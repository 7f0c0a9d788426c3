import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, validate } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { coordinateKind } from '../coordinates.ts';
import { coerceVariables } from '../plan/operations.ts';
import type { Plan } from '../plan/plan.ts';
import type { Effect } from '../types.ts';
import { hiddenBy } from './hidden.ts';
import { namedIn, namedInVariables } from './named.ts';

/** Which documents and variables name what is hidden from a credential. What is kept depends on schema and mask only. */
export class Hiding {
  readonly #policy: Policy;
  readonly #hides: boolean;
  readonly #hidden = new WeakMap<GraphQLSchema, ReadonlySet<string>>();
  readonly #named = new WeakMap<DocumentNode, ReadonlySet<string>>();
  readonly #valid = new WeakMap<GraphQLSchema, WeakSet<DocumentNode>>();

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#hides = [...policy.rules.values()].some(({ effect }) => effect === 'hide');
  }

  /** Answers which coordinates are as if they were not in the schema; undefined where none can be. */
  hides(effect: Effect, mask: () => GraphQLSchema): ((coordinate: string) => boolean) | undefined {
    if (effect === 'hide') return (coordinate) => coordinateKind(mask(), coordinate) === undefined;
    if (!this.#hides) return undefined;
    return (coordinate) => this.#hiddenFrom(mask()).has(coordinate);
  }

  /** Whether a document that is valid against the whole schema has to be answered as one that is not. */
  inDocument(document: DocumentNode, effect: Effect, mask: () => GraphQLSchema): boolean {
    if (effect === 'hide') return !this.#isValid(mask(), document);
    const isHidden = this.hides(effect, mask);
    return isHidden !== undefined && [...this.#namesOf(document)].some(isHidden);
  }

  /** The same for the values of variables that fit the whole schema. */
  inVariables(
    plan: Plan,
    raw: Readonly<Record<string, unknown>>,
    effect: Effect,
    mask: () => GraphQLSchema,
  ): boolean {
    if (effect === 'hide') return !('raw' in coerceVariables(mask(), plan, raw));
    const isHidden = this.hides(effect, mask);
    if (!isHidden) return false;
    return [...namedInVariables(this.#policy.schema, plan.operation, raw)].some(isHidden);
  }

  #isValid(mask: GraphQLSchema, document: DocumentNode): boolean {
    const known = this.#valid.get(mask) ?? new WeakSet();
    this.#valid.set(mask, known);
    if (known.has(document)) return true;
    const isValid = errorsOf(mask, document).length === 0;
    if (isValid) known.add(document);
    return isValid;
  }

  #namesOf(document: DocumentNode): ReadonlySet<string> {
    let names = this.#named.get(document);
    if (!names) {
      names = namedIn(this.#policy.schema, document);
      this.#named.set(document, names);
    }
    return names;
  }

  #hiddenFrom(mask: GraphQLSchema): ReadonlySet<string> {
    let hidden = this.#hidden.get(mask);
    if (!hidden) {
      hidden = hiddenBy(this.#policy, mask);
      this.#hidden.set(mask, hidden);
    }
    return hidden;
  }
}

/**
 * What graphql has against a document on a mask. It finds nothing wrong with an operation of a kind that the mask does
 * not have; such a one is answered as by an API without that kind, whose operations cannot be planned.
 */
export function errorsOf(mask: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const errors = validate(mask, document);
  if (errors.length > 0) return errors;
  return document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION && !mask.getRootType(node.operation)
      ? [new GraphQLError(`this schema has no ${node.operation} type`)]
      : [],
  );
}
