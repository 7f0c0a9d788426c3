import type { Finding, Report } from '../check.ts';
import { check } from '../check.ts';
import { type Command, command } from './command.ts';
import { openEngine } from './engine.ts';
import { WIDTH, wrap } from './help.ts';
import { everywhere, schemaOption } from './options.ts';
import { placeText } from './print.ts';

/** `ambit check` */
export const checkCommand: Command = command(
  {
    name: 'check',
    summary: 'is everything that can be reached spoken for, and do rules and catalogue fit?',
    operands: '--schema PLACE [--rules FILE] [--permissions DIR]',
    about:
      'Reads the schema with its rules and catalogue, and names every type and root field that no rule covers, every permission that cannot be granted or that nothing asks for, and what will surprise people. For CI: it fails while there are errors.',
    examples: [
      {
        line: 'ambit check --schema schema.graphql --permissions permissions/',
        does: 'rules stand in the SDL',
      },
      {
        line: 'ambit check --schema https://api.example.com/graphql --rules overlay.yml',
        does: 'rules stand in a file, for an API that is not yours',
      },
    ],
    exits: ['0 no errors', '1 errors', '2 something cannot be read'],
  },
  { ...schemaOption, ...everywhere },
  { what: 'options', least: 0, most: 0 },
  async (values) => {
    const { ambit, warnings } = await openEngine(values);
    const report = check(ambit.policy, warnings);
    const failed = report.findings.some(({ severity }) => severity === 'error');
    return { json: report, text: reportText(report), exit: failed ? 1 : 0 };
  },
);

function reportText({ findings, coverage }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  return [
    ...grouped(findings).flatMap(groupLines),
    `${coverage.covered} of ${coverage.total} object types and root fields are spoken for`,
    `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ].join('\n');
}

/** From so many on, findings of one code about members of one type are told as one. */
const MANY = 4;

function grouped(findings: readonly Finding[]): (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.coordinate.split('.')[0] ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
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
    `${placeText(finding)}${finding.severity}: ${finding.message} [${finding.code}]`,
    ...[...others, finding.fix].map((line) => `  ${line}`),
    '',
  ];
}
