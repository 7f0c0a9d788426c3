import { referenceMarkdown } from '../reference/markdown.ts';
import { referenceOf } from '../reference/reference.ts';
import { type Command, command } from './command.ts';
import { openEngine } from './engine.ts';
import { everywhere, schemaOption } from './options.ts';

/** `ambit reference` */
export const referenceCommand: Command = command(
  {
    name: 'reference',
    summary: 'which permissions are there, and which operations and types need each?',
    operands: '--schema PLACE [--rules FILE] [--permissions DIR]',
    about:
      'Prints a page in Markdown for the people who make tokens: every assignable permission by category and resource, where it can be granted, what it stands for, and each query, mutation, subscription, type, field, input and enum value that needs it. `ambit check --docs FILE` fails where the page is out of date.',
    examples: [
      {
        line: 'ambit reference --schema schema.graphql --permissions permissions/ > PERMISSIONS.md',
        does: 'write the page',
      },
      {
        line: 'ambit check --schema schema.graphql --permissions permissions/ --docs PERMISSIONS.md',
        does: 'in CI: keep it up to date',
      },
    ],
    exits: ['0', '2 something cannot be read'],
  },
  { ...schemaOption, ...everywhere },
  { what: 'options', least: 0, most: 0 },
  async (values) => {
    const { ambit } = await openEngine(values);
    const reference = referenceOf(ambit.policy);
    return { json: reference, text: referenceMarkdown(reference), exit: 0 };
  },
);
