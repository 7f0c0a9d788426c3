import type { GraphQLObjectType } from 'graphql';
import type { Check, ObjectGuard } from '../decide/guard.ts';
import type { Place } from '../decide/locate.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { type Alternative, STANDALONE_KINDS } from '../rules/requirement.ts';
import { chain, type Maybe } from './maybe.ts';
import type { DataSource } from './read.ts';

/** What becomes of an object. */
export type ObjectAnswer = 'show' | 'pass' | 'hide';

/** What was read of an object already. */
export interface KnownIdentity {
  readonly path: BoundaryPath;
  readonly identity: string;
}

/** Answers of one guard in one execution, by the identity of the object's place. */
interface Places {
  /** The one path at which everything that the guard asks is read; undefined where there are several ways. */
  readonly path: BoundaryPath | undefined;
  readonly answers: Map<string, ObjectAnswer>;
}

/**
 * What was decided in one execution about places: where all that a guard asks of an object is one identity, objects of
 * one place have one answer. Never shared with another execution.
 */
export class KnownPlaces {
  readonly #source: DataSource;
  readonly #known = new Map<ObjectGuard, Places>();

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** The answer for an object whose place was decided before; undefined where it has to be asked. */
  known(guard: ObjectGuard, object: unknown, type: GraphQLObjectType): ObjectAnswer | undefined {
    const { path, answers } = this.#of(guard);
    const identity = path && this.#source.plainIdentity?.(object, type, path);
    return identity === undefined ? undefined : answers.get(identity);
  }

  /** The answer for an object, asked where its place was not decided before. */
  remembered(
    guard: ObjectGuard,
    object: unknown,
    type: GraphQLObjectType,
    ask: (known?: KnownIdentity) => Maybe<ObjectAnswer>,
  ): Maybe<ObjectAnswer> {
    const { path, answers } = this.#of(guard);
    const identity = path && this.#source.plainIdentity?.(object, type, path);
    if (identity === undefined || !path) return ask();
    const known = answers.get(identity);
    if (known !== undefined) return known;
    // Asked about this very identity: one read a second time may be another.
    return chain(ask({ path, identity }), (answer) => {
      answers.set(identity, answer);
      return answer;
    });
  }

  #of(guard: ObjectGuard): Places {
    let places = this.#known.get(guard);
    if (!places) {
      places = { path: onlyPath(guard), answers: new Map() };
      this.#known.set(guard, places);
    }
    return places;
  }
}

/** Every alternative of some checks, with where it is asked. */
export function placesOf(
  checks: readonly Check[],
): { readonly alternative: Alternative; readonly place: Place }[] {
  return checks.flatMap(({ rule, place }) =>
    rule.elements
      .flatMap((one) => (one.kind === 'permissions' ? one.alternatives : []))
      .map((alternative) => ({ alternative, place })),
  );
}

/** The path from the object itself by which alone a guard is decided. */
function onlyPath({ hard, soft }: ObjectGuard): BoundaryPath | undefined {
  const checks = [...hard, ...soft];
  const alternatives = placesOf(checks)
    .map(({ alternative }) => alternative)
    .filter(({ boundaryType, boundary, argument }) => {
      const isPlaceless = boundary === undefined && argument === undefined;
      return !(isPlaceless && STANDALONE_KINDS.includes(boundaryType));
    });
  const path = alternatives[0]?.boundary;
  const isOnly =
    checks.every(({ place }) => place.as === 'type') &&
    alternatives.every(
      ({ boundary, argument }) => argument === undefined && !boundary?.call && boundary?.text === path?.text,
    );
  return isOnly ? path : undefined;
}
