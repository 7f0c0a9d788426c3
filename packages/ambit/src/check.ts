import { adviceOn } from './check/advice.ts';
import { catalogFindings } from './check/catalog.ts';
import { type Coverage, coverageOf } from './check/coverage.ts';
import { type Finding, warning } from './check/finding.ts';
import { namingFindings } from './check/naming.ts';
import { reachOf } from './check/reach.ts';
import { usesOf } from './check/uses.ts';
import type { Policy } from './compile/policy.ts';

export type { Finding } from './check/finding.ts';

/** What is wrong, or worth knowing, about a policy; and how much of its schema is settled. */
export interface Report {
  /** Errors first. */
  readonly findings: readonly Finding[];
  /** Reachable object types and root fields: how many a rule, `@inherits`, `@public` or `rest` settles, of how many. */
  readonly coverage: Coverage;
}

/**
 * Looks over compiled rules: whether everything that can be reached is spoken for (M3, M4), whether catalogue
 * and rules fit, and what will surprise people. `warnings` is what was odd about the schema when it was read.
 */
export function check(policy: Policy, warnings: readonly string[]): Report {
  const { findings: uncovered, coverage } = coverageOf(policy, reachOf(policy));
  const uses = usesOf(policy);
  const findings = [
    ...uncovered,
    ...catalogFindings(policy, uses),
    ...namingFindings(policy, uses),
    ...adviceOn(policy),
    ...warnings.map(oddity),
  ];
  return { findings: errorsFirst(findings), coverage };
}

/** The order of findings everywhere: errors first, and else as they were found. */
export function errorsFirst(findings: readonly Finding[]): Finding[] {
  const of = (wanted: Finding['severity']): Finding[] =>
    findings.filter(({ severity }) => severity === wanted);
  return [...of('error'), ...of('warning')];
}

function oddity(message: string): Finding {
  return warning({
    code: 'SCHEMA_ODDITY',
    coordinate: /`([^`]+)`/.exec(message)?.[1] ?? '',
    message,
    fix: 'mend the schema where it is made; Ambit works with what it reads',
  });
}
