import { check } from '../check.ts';
import { annotations } from './annotations.ts';
import { type CheckReport, withLists } from './checklists.ts';
import { reportText } from './checktext.ts';
import { badOption, type Command, command, type Values } from './command.ts';
import { openEngine } from './engine.ts';
import { checkOptions, everywhere, schemaOption } from './options.ts';
import { sarif } from './sarif.ts';

/** `ambit check` */
export const checkCommand: Command = command(
  {
    name: 'check',
    summary: 'is everything that can be reached spoken for, and do rules and catalogue fit?',
    operands: '--schema PLACE [--rules FILE] [--permissions DIR] [OPTIONS]',
    about:
      'Reads the schema with its rules and catalogue, and names every type and root field that no rule covers, every permission that cannot be granted or that nothing asks for, names that will be misread, and what will surprise people. For CI: it fails while there are errors.',
    examples: [
      {
        line: 'ambit check --schema schema.graphql --permissions permissions/',
        does: 'rules stand in the SDL',
      },
      {
        line: 'ambit check --schema https://api.example.com/graphql --rules overlay.yml',
        does: 'rules stand in a file, for an API that is not yours',
      },
      {
        line: 'ambit check --schema schema.graphql --write-todo ambit.todo',
        does: 'begin with a large schema: what is not marked today stays denied and fails no build',
      },
      {
        line: 'ambit check --schema schema.graphql --todo ambit.todo --format github',
        does: 'from then on, in CI: what is new has to be marked',
      },
      {
        line: 'ambit check --schema schema.graphql --permissions permissions/ --baseline permissions.baseline.yml',
        does: 'no bundle widens without a change that somebody reviews',
      },
    ],
    exits: ['0 no errors', '1 errors', '2 something cannot be read'],
  },
  { ...schemaOption, ...checkOptions, ...everywhere },
  { what: 'options', least: 0, most: 0 },
  async (values) => {
    if (values.flag('json') && values.option('format') !== undefined)
      throw badOption('`--json` and `--format` are two forms of one answer; give one of them');
    const { ambit, warnings } = await openEngine(values);
    const report = await withLists(check(ambit.policy, warnings), ambit.policy, values);
    const failed = report.findings.some(({ severity }) => severity === 'error');
    return { json: report, text: textOf(report, values), exit: failed ? 1 : 0 };
  },
);

function textOf(report: CheckReport, values: Values): string {
  const schema = values.option('schema');
  const fallback = schema === undefined || /^https?:\/\//.test(schema) ? values.option('rules') : schema;
  switch (values.option('format')) {
    case 'sarif':
      return JSON.stringify(sarif(report, fallback), undefined, 2);
    case 'github':
      return annotations(report, fallback);
    default:
      return reportText(report);
  }
}
