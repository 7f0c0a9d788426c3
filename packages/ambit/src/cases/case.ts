import type { Ambit } from '../engine.ts';
import type { RequestFacts } from '../facts/facts.ts';
import type { CatalogSource } from '../rules/catalog.ts';
import type { PlaceName } from '../rules/placesource.ts';
import type { BoundaryKindSource, RulesFile } from '../rules/rules.ts';
import type { Coverage, Effect, Grants, Need, Outcome } from '../types.ts';

/** What must come out. What is absent is not compared. */
export interface Expectation {
  readonly outcome?: Outcome;
  /** The operation after filtering; null where nothing is left. */
  readonly operation?: string | null;
  /** Response paths, joined by dots; the empty string is the whole operation. */
  readonly denied?: readonly string[];
  readonly deferred?: readonly string[];
  readonly needs?: readonly (readonly Need[])[];
}

/** What a case says to people and to runners that execute it; `ambit test` reads over it. */
export interface Extras {
  readonly title?: unknown;
  readonly cites?: unknown;
  readonly aim?: unknown;
  readonly doors?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly resolvers?: Readonly<Record<string, unknown>>;
  /** What the API's own stream brings, one value of the subscription's root type each. */
  readonly events?: readonly unknown[];
  readonly response?: {
    readonly data?: unknown;
    readonly errors?: readonly string[];
    readonly status?: number;
    /** Everything that is delivered of a stream, in order. */
    readonly events?: readonly { readonly data?: unknown; readonly errors?: readonly string[] }[];
  };
}

/** What an engine is made of, read from wherever a case file names it. */
export interface Setting {
  readonly sdl: string;
  readonly rules: RulesFile | undefined;
  readonly permissions: CatalogSource | undefined;
  readonly boundaries: Readonly<Record<string, BoundaryKindSource>> | undefined;
  readonly coverage: Coverage | undefined;
  /** Places that require granular tokens. */
  readonly granularOnly: readonly PlaceName[] | undefined;
}

/** One case: these grants, this operation, and what must come out. */
export interface Case extends Setting {
  readonly id: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly grants: Grants;
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly effect: Effect | undefined;
  /** What is known from outside while it is decided. */
  readonly facts: RequestFacts | undefined;
  readonly expect: Expectation;
  readonly extras: Extras;
  /** The engine of its setting; cases with the same setting share one. */
  readonly engine: Ambit;
}

/** What came of a case. */
export interface CaseResult {
  readonly id: string;
  readonly passed: boolean;
  /** One sentence each; none where it passed. */
  readonly differences: readonly string[];
}
