import type { Finding } from '../check.ts';
import type { CheckReport } from './checklists.ts';
import { summaryLines } from './checktext.ts';
import { repositoryPath } from './files.ts';
import { printable } from './print.ts';

/** Workflow commands of GitHub Actions: each finding is shown at its line of a pull request. */
export function annotations(report: CheckReport, fallback: string | undefined): string {
  return [...report.findings.map((finding) => annotation(finding, fallback)), ...summaryLines(report)].join(
    '\n',
  );
}

function annotation(finding: Finding, fallback: string | undefined): string {
  const { severity, code, message, fix, line } = finding;
  const file = finding.file ?? fallback;
  const properties = [
    ...(file === undefined ? [] : [`file=${property(repositoryPath(file))}`]),
    ...(file === undefined || line === undefined ? [] : [`line=${line}`]),
    `title=${property(code)}`,
  ];
  return `::${severity} ${properties.join(',')}::${data(`${message}\n${fix}`)}`;
}

/** What would end the message: a new line begins a new command. What is no text is shown by its number. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

/** What would end a property, besides. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
