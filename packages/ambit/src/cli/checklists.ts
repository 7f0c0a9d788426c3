import { baselineFindings } from '../check/baseline.ts';
import { docsFindings } from '../check/docs.ts';
import { parseTodo, putOff, todoText } from '../check/todo.ts';
import { errorsFirst, type Report } from '../check.ts';
import type { Policy } from '../compile/policy.ts';
import { readText, readYaml } from '../load.ts';
import { referenceMarkdown } from '../reference/markdown.ts';
import { referenceOf } from '../reference/reference.ts';
import {
  type BundleChange,
  compareSnapshots,
  snapshotFrom,
  snapshotOf,
  snapshotText,
} from '../rules/snapshot.ts';
import { badOption, type Values } from './command.ts';
import { writeText } from './files.ts';
import { printable } from './print.ts';

/** What `check` says, with what came of the files that were agreed on. */
export interface CheckReport extends Report {
  /** How many coordinates the to-do list puts off. */
  readonly todo?: { readonly file: string; readonly listed: number };
  /** How bundles differ from the baseline. */
  readonly baseline?: { readonly file: string; readonly changes: readonly BundleChange[] };
  /** Files that were written. */
  readonly written?: readonly string[];
}

/**
 * Takes into account what the command line names: a to-do list, a baseline, a page of documentation; and writes what it
 * is asked to write. @throws AmbitError BAD_OPTION, BAD_CATALOG or UNREADABLE
 */
export async function withLists(report: Report, policy: Policy, values: Values): Promise<CheckReport> {
  const written: string[] = [];
  const put = async (option: string, text: () => string): Promise<void> => {
    const file = values.option(option);
    if (file === undefined) return;
    await writeText(file, text());
    written.push(file);
  };
  requireOneOf(values, 'todo', 'write-todo');
  requireOneOf(values, 'baseline', 'write-baseline');
  if (values.option('baseline') ?? values.option('write-baseline')) requireCatalog(values);
  await put('write-todo', () => todoText(report.findings));
  await put('write-baseline', () => snapshotText(snapshotOf(policy.catalog)));
  const agreed = await withBaseline(await withTodo(report, policy, values), policy, values);
  const documented = await withDocs(agreed, policy, values);
  return {
    ...documented,
    findings: errorsFirst(documented.findings),
    ...(written.length === 0 ? {} : { written }),
  };
}

async function withTodo(report: Report, policy: Policy, values: Values): Promise<CheckReport> {
  const file = values.option('todo') ?? values.option('write-todo');
  if (file === undefined) return report;
  const entries = parseTodo(await readText(file));
  const { findings, listed } = putOff(report.findings, entries, {
    schema: policy.schema,
    file,
    settled: policy,
  });
  return { ...report, findings, todo: { file, listed } };
}

async function withBaseline(report: CheckReport, policy: Policy, values: Values): Promise<CheckReport> {
  const file = values.option('baseline') ?? values.option('write-baseline');
  if (file === undefined) return report;
  const baseline = snapshotFrom(await readYaml(file), { file });
  const changes = compareSnapshots(baseline, snapshotOf(policy.catalog));
  const findings = [...report.findings, ...baselineFindings(policy.catalog, baseline, file)];
  return { ...report, findings, baseline: { file, changes } };
}

async function withDocs(report: CheckReport, policy: Policy, values: Values): Promise<CheckReport> {
  const file = values.option('docs');
  if (file === undefined) return report;
  const found = docsFindings(await readText(file), printable(referenceMarkdown(referenceOf(policy))), file);
  return { ...report, findings: [...report.findings, ...found] };
}

function requireOneOf(values: Values, one: string, other: string): void {
  if (values.option(one) === undefined || values.option(other) === undefined) return;
  throw badOption(`\`--${one}\` compares and \`--${other}\` writes; give one of them`, 'see --help');
}

function requireCatalog(values: Values): void {
  if (values.option('permissions') !== undefined) return;
  throw badOption('a baseline is about a catalogue, and none is given', 'give it with --permissions DIR');
}
