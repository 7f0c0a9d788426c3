/** The public face of the library, in the order of the pipeline. */

// What people write and hold
export type {
  Coverage,
  Deferral,
  Denial,
  Effect,
  GranularGrant,
  GrantBoundary,
  Grants,
  Need,
  Outcome,
  Requirement,
} from './types.ts';
export { parseGrants } from './grants.ts';
export { ambitDirectives } from './directives.ts';

// Making an engine
export { type AmbitOptions, createAmbit } from './create.ts';
export { AmbitError, type AmbitErrorCode } from './errors.ts';

// Asking it
export type { Ambit, Decided, Execution, GrantedOperation } from './engine.ts';
export type { Finding, Report } from './check.ts';
export type { GrantProblem } from './checkgrants.ts';
export type { OperationNeeds } from './needs.ts';
export type { OperationInput } from './prepare.ts';
