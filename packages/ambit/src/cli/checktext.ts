import type { Finding } from '../check.ts';
import type { CheckReport } from './checklists.ts';
import { WIDTH, wrap } from './help.ts';
import { placeText, printableLine } from './print.ts';

/** What `ambit check` prints for people: each finding with what to do about it, and the sum of it. */
export function reportText(report: CheckReport): string {
  return [...grouped(report.findings).flatMap(groupLines), ...summaryLines(report)].join('\n');
}

/** What it comes to, the same under every finding there may be. */
export function summaryLines({ findings, coverage, todo, written }: CheckReport): string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const { covered, total } = coverage;
  const percent = total === 0 ? 100 : Math.floor((100 * covered) / total);
  return [
    ...(written ?? []).map((file) => `wrote ${file}`),
    `${covered} of ${total} object types and root fields are spoken for (${percent}%)`,
    ...(todo
      ? [`${todo.listed} on the to-do list ${todo.file}: denied to granular tokens until they are marked`]
      : []),
    `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ];
}

/** From so many on, findings of one code about members of one type are told as one. */
const MANY = 4;

function grouped(findings: readonly Finding[]): (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.coordinate.split('.')[0] ?? ''}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].flatMap((group) => (group.length < MANY ? group.map((one) => [one]) : [group]));
}

function groupLines([finding, ...alike]: readonly Finding[]): string[] {
  if (!finding) return [];
  const others =
    alike.length === 0
      ? []
      : wrap(`the same of ${alike.map(({ coordinate }) => coordinate).join(', ')}`, WIDTH);
  return [
    printableLine(`${placeText(finding)}${finding.severity}: ${finding.message} [${finding.code}]`),
    ...[...others, finding.fix].map((line) => `  ${printableLine(line)}`),
    '',
  ];
}
