/** The public face of the library, in the order of the pipeline. */

export type { Finding, Report } from './check.ts';
export type { GrantProblem } from './checkgrants.ts';
// Making an engine
export { type AmbitOptions, createAmbit } from './create.ts';
// Asking it
export type { Decided } from './decided.ts';
export { ambitDirectives } from './directives.ts';
export type { Ambit, Execution, GrantedOperation } from './engine.ts';
export { AmbitError, type AmbitErrorCode } from './errors.ts';
export { parseGrants } from './grants.ts';
export type { OperationNeeds } from './needs.ts';
export type { OperationInput } from './prepare.ts';
// What people write and hold
export type {
  Coverage,
  Deferral,
  Denial,
  Effect,
  GrantBoundary,
  Grants,
  GranularGrant,
  Need,
  Outcome,
  Requirement,
} from './types.ts';
