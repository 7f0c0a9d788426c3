/** Policy tests as people write them: case files, and what runs their cases. */
export type { Case, CaseResult, Expectation, Extras, Setting } from './cases/case.ts';
export { loadCaseFile, parseCaseFile } from './cases/load.ts';
export { runCase } from './cases/run.ts';
