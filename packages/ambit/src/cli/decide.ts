import type { Decided } from '../decided.ts';
import type { Ambit, GrantedOperation } from '../engine.ts';
import { deniedSentence } from '../explain.ts';
import type { Deferral, Denial, Outcome } from '../types.ts';
import { adviceFor, tellIgnored } from './advice.ts';
import { type Answer, type Command, command } from './command.ts';
import { openEngine } from './engine.ts';
import { inFile, oneName, readGrants, readOperation, readVariables } from './inputs.ts';
import { everywhere, grantsOption, onOperation, schemaOption } from './options.ts';
import { printableLine } from './print.ts';

/** What each outcome leaves with. */
const EXITS: Readonly<Record<Outcome, number>> = { allowed: 0, filtered: 3, rejected: 3, deferred: 4 };

const SENTENCES: Readonly<Record<Outcome, string>> = {
  allowed: 'allowed: these grants carry the whole operation',
  filtered: 'filtered: these grants carry a part of the operation',
  rejected: 'rejected: nothing of the operation would run',
  deferred: 'deferred: nothing is denied, and the objects decide the rest',
};

/** `ambit decide` */
export const decideCommand: Command = command(
  {
    name: 'decide',
    summary: 'what may these grants do of this operation, and why not the rest?',
    operands: '--schema PLACE --grants FILE [OPTIONS] OP.graphql',
    about:
      'Decides one operation without running anything, and tells what is left of it, every denial with what is missing and what would do, and what only the objects themselves can decide. `-` reads the operation from stdin.',
    examples: [
      {
        line: 'ambit decide --schema schema.graphql --grants grants.json op.graphql',
        does: 'may this token do that?',
      },
      {
        line: "echo '{ version }' | ambit decide --schema schema.graphql --grants grants.json --json -",
        does: 'the same for a program',
      },
    ],
    exits: [
      '0 allowed',
      '3 filtered or rejected',
      '4 depends on objects only',
      '2 something cannot be read or is not valid',
    ],
  },
  {
    ...schemaOption,
    ...grantsOption,
    ...onOperation,
    effect: {
      type: 'enum',
      options: ['filter', 'reject', 'hide'],
      description: 'what a denial does; `filter` by default',
    },
    ...everywhere,
  },
  { what: 'one operation', least: 1, most: 1 },
  async (values) => {
    const [file = ''] = values.operands;
    const variables = values.option('variables');
    const grants = await readGrants(values.option('grants') ?? '');
    const read = await readOperation(file);
    const operationName = oneName(read, values.option('operation-name'));
    const input: GrantedOperation = {
      document: read.document,
      operationName,
      variables: await readVariables(variables),
      grants,
    };
    const { ambit, now } = await openEngine(values);
    tellIgnored(ambit, grants, now);
    return inFile({ BAD_VARIABLES: variables, other: file }, () => answerOf(ambit, input));
  },
);

function answerOf(ambit: Ambit, input: GrantedOperation): Answer {
  const decided = ambit.decide(input);
  const { outcome, operation, errors } = decided;
  const json = {
    outcome,
    operation,
    denied: decided.denied.map(({ path, coordinate, requires, missing, caveat }) => ({
      path,
      coordinate,
      requires,
      missing,
      ...(caveat ? { caveat } : {}),
    })),
    deferred: decided.deferred,
    ...(errors ? { errors: errors.map((message) => ({ message })) } : {}),
  };
  return { json, text: decidedText(ambit, decided), exit: EXITS[outcome] };
}

function decidedText(ambit: Ambit, { outcome, operation, denied, deferred, errors = [] }: Decided): string {
  const left = outcome === 'filtered' ? (operation ?? '').trimEnd().split('\n') : [];
  return [
    SENTENCES[outcome],
    ...section('What is left of it:', left),
    ...section('Not valid for these grants:', errors),
    ...section(
      'Denied:',
      denied.flatMap((denial) => denialLines(ambit, denial)),
    ),
    ...section('Decided when the objects are read:', deferred.map(deferralLine)),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${printableLine(line)}`)];
}

function denialLines(ambit: Ambit, denial: Denial): string[] {
  const at = denial.path.join('.') || 'the operation';
  return [`${at}: ${deniedSentence([denial])}`, ...adviceFor(ambit, denial).map((line) => `  ${line}`)];
}

function deferralLine({ path, coordinate, boundaryType }: Deferral): string {
  return `${path.join('.')}: \`${coordinate}\` depends on the ${boundaryType} of each object`;
}
