import { type GraphQLError, print } from 'graphql';
import { filteredOperation } from './enforce/filter.ts';
import { deniedSentence } from './explain.ts';
import type { Prepared } from './prepare.ts';
import type { Deferral, Denial, Outcome } from './types.ts';

/** What `decide` answers: pure, offline, and nothing that has run. */
export interface Decided {
  readonly outcome: Outcome;
  /** What is left of the operation after filtering; null when it is rejected or empty. */
  readonly operation: string | null;
  readonly denied: readonly Denial[];
  readonly deferred: readonly Deferral[];
  /** Why nothing was decided: under `hide` the document is not valid for these grants, or their token is not accepted. */
  readonly errors?: readonly string[];
}

/** A decision as it is told to people and programs. */
export function decided({ plan, decision }: Prepared): Decided {
  const left = decision.outcome === 'rejected' ? undefined : filteredOperation(plan, decision.dead);
  return {
    outcome: decision.outcome,
    operation: left ? print(left) : null,
    denied: decision.denied,
    deferred: decision.deferred,
  };
}

/** The answer about an operation of which nothing may be told but why it is not answered. */
export function rejectedUnseen(errors: readonly GraphQLError[]): Decided {
  const shown = errors.map(({ message }) => message);
  return { outcome: 'rejected', operation: null, denied: [], deferred: [], errors: shown };
}

/** The same in sentences: one about the whole, one each denial and each deferral. */
export function explained({ outcome, denied, deferred, errors }: Decided): string[] {
  return [
    `the operation is ${outcome}`,
    ...(errors ?? []),
    ...denied.map((denial) => `${denial.path.join('.') || 'the operation'}: ${deniedSentence([denial])}`),
    ...deferred.map(
      ({ path, coordinate, boundaryType }) =>
        `${path.join('.')}: \`${coordinate}\` depends on the ${boundaryType} of each object`,
    ),
  ];
}
