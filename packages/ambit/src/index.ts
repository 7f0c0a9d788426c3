/** The public face of the library, in the order of the pipeline. */

export type { AuditEvent, AuditedDenial, AuditedKind, AuditHook, OperationKind } from './audit/event.ts';
export type { Finding, Report } from './check.ts';
// Making an engine
export { type AmbitOptions, createAmbit } from './create.ts';
// Asking it
export type { Decided } from './decided.ts';
export type { Ambit, Execution, GrantedOperation } from './engine.ts';
export { AmbitError, type AmbitErrorCode } from './errors.ts';
export type { Memberships, PersonalPlaces, PlaceFacts, RequestFacts } from './facts/facts.ts';
export type {
  ErrorHook,
  GranularSwitch,
  MembershipOptions,
  MembershipSource,
  PolicySource,
  SourceName,
  Sources,
} from './facts/sources.ts';
export type { GrantProblem } from './grants/checkgrants.ts';
export { parseGrants } from './grants/grants.ts';
export type { Narrowed, NarrowRequest, Refused } from './grants/narrowed.ts';
export { normalGrants } from './grants/normal.ts';
export type { OperationNeeds } from './needs/needs.ts';
export type { OperationInput } from './prepare.ts';
export type { BoundaryFunction } from './rules/boundarypath.ts';
export { ambitDirectives } from './rules/directives.ts';
export type { AmbitExtension, ExtensionEntry } from './rules/extensions.ts';
export type { PlaceAnswer, PlaceName, PlaceSource, PlaceTable } from './rules/placesource.ts';
export type { BoundaryKindSource, CanonicalFunction } from './rules/rules.ts';
export type { Credential } from './stream/credential.ts';
export type { EventStream, Executed } from './stream/stream.ts';
// What people write and hold
export type {
  Caveat,
  CaveatBoundary,
  CaveatReason,
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
