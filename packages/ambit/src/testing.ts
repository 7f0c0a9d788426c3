/** The test kit: what has to hold of an operation and of a whole schema under granular tokens, for any test framework. */
export {
  assertGranularAccess,
  describeGranularAccess,
  granularChecks,
} from './testing/access.ts';
export {
  assertChecks,
  type Check,
  CheckFailed,
  type CheckResult,
  registerChecks,
  runChecks,
  type TestFramework,
} from './testing/check.ts';
export {
  type Column,
  type MatrixCell,
  type MatrixOperation,
  type MatrixSetting,
  permissionMatrix,
} from './testing/matrix.ts';
export type { BundledPermission, GranularAccess, ListPromise } from './testing/subject.ts';
export type { Asked, OpenWorld, Question, World } from './testing/world.ts';
