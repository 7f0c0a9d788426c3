import { stringify } from 'yaml';
import type { Ambit } from '../engine.ts';
import { needsText } from '../explain.ts';
import type { NeedReason, OperationNeeds } from '../needs/needs.ts';
import type { Grants, Requirement } from '../types.ts';
import { KEPT_ADVICE, needAdvice, ruleAdvice, tellIgnored } from './advice.ts';
import {
  type Excess,
  excessFor,
  isKept,
  isRule,
  type Known,
  type Missing,
  merged,
  missingFor,
  needsOfKnown,
} from './against.ts';
import { type Answer, badOption, type Command, command } from './command.ts';
import { openEngine } from './engine.ts';
import {
  chosenNames,
  inFile,
  type ReadOperation,
  readGrants,
  readOperation,
  readVariables,
} from './inputs.ts';
import { clockOption, everywhere, onOperation, schemaOption } from './options.ts';
import { placeholders } from './placeholders.ts';
import { printableLine } from './print.ts';

/** One operation, what it needs, and what grants lack for it. */
interface Row extends OperationNeeds {
  readonly file: string;
  readonly name: string | null;
  readonly missing?: readonly Missing[];
  readonly excess?: readonly Excess[];
}

/** `ambit needs` */
export const needsCommand: Command = command(
  {
    name: 'needs',
    summary: 'what does an operation need, and which is the narrowest token that carries it?',
    operands: '--schema PLACE [OPTIONS] OP.graphql...',
    about:
      'Tells for each operation what it needs, which element asks for it on which line, and the narrowest grants that carry it. With `--against` it compares grants that exist: what they lack, and what they hold for nothing. `-` reads operations from stdin.',
    examples: [
      { line: 'ambit needs --schema schema.graphql op.graphql', does: 'which token do I ask for?' },
      {
        line: 'ambit needs --schema schema.graphql --against grants.json src/*.graphql',
        does: 'in CI: does the token still carry every operation, and nothing more?',
      },
    ],
    exits: [
      '0',
      '3 the grants given with --against lack something',
      '2 something cannot be read or is not valid',
    ],
  },
  {
    ...schemaOption,
    against: { type: 'string', valueHint: 'FILE', description: 'grants to compare with, JSON or YAML' },
    ...clockOption,
    ...onOperation,
    ...everywhere,
  },
  { what: 'an operation', least: 1, most: Number.POSITIVE_INFINITY },
  async (values) => {
    const { operands } = values;
    if (new Set(operands).size < operands.length) throw badOption('an operation file is given twice');
    const reads: ReadOperation[] = [];
    for (const file of operands) reads.push(await readOperation(file));
    const variables = values.option('variables');
    const given = await readVariables(variables);
    const against = values.option('against');
    const grants = against === undefined ? undefined : await readGrants(against);
    const { ambit, now } = await openEngine(values, true);
    if (grants) tellIgnored(ambit, grants, now);
    const asked = askings(ambit, reads, values.option('operation-name'), given);
    const rows = asked.map((one) =>
      inFile({ BAD_VARIABLES: variables, other: one.file }, () => rowOf(ambit, one, grants)),
    );
    return answerOf(
      ambit,
      rows,
      grants &&
        excessFor(
          ambit,
          asked.map(({ known }) => known),
          grants,
        ),
    );
  },
);

interface Asking {
  readonly file: string;
  readonly name: string | null;
  readonly known: Known;
}

/** The operations that are asked about: all of every document, or those with one name. */
function askings(
  ambit: Ambit,
  reads: readonly ReadOperation[],
  wanted: string | undefined,
  given: Known['given'],
): Asking[] {
  const holders = reads.filter(({ names }) => wanted === undefined || names.includes(wanted));
  const chosen = holders.length > 0 ? holders : reads;
  return chosen.flatMap((read) =>
    chosenNames(read, wanted).map((name) => ({
      file: read.file,
      name,
      known: knownOperation(ambit, read, name ?? undefined, given),
    })),
  );
}

function knownOperation(
  ambit: Ambit,
  { document }: ReadOperation,
  operationName: string | undefined,
  given: Known['given'],
): Known {
  const stand = placeholders(ambit.policy.schema, document, operationName);
  const guessed = Object.keys(stand).some((variable) => given?.[variable] === undefined);
  return { document, operationName, given, filled: { ...stand, ...given }, guessed };
}

function rowOf(ambit: Ambit, { file, name, known }: Asking, grants: Grants | undefined): Row {
  const row = { file, name, ...needsOfKnown(ambit, known) };
  return grants
    ? { ...row, missing: missingFor(ambit, known, grants), excess: excessFor(ambit, [known], grants) }
    : row;
}

function answerOf(ambit: Ambit, rows: readonly Row[], excess: readonly Excess[] | undefined): Answer {
  const missing = merged(rows.map((row) => row.missing ?? []));
  const json = { operations: rows, ...(excess ? { missing, excess } : {}) };
  const lines = rows.flatMap((row) => [...rowLines(ambit, row).map(printableLine), '']);
  if (excess)
    lines.push(
      missing.length === 0
        ? 'nothing is missing'
        : printableLine(`missing: ${missing.map(missingText).join(', ')}`),
      excessText(excess),
    );
  return { json, text: lines.join('\n').trimEnd(), exit: missing.length > 0 ? 3 : 0 };
}

function rowLines(ambit: Ambit, row: Row): string[] {
  const { file, name, needs, because, missing } = row;
  const [first, ...others] = needs;
  return [
    `${file}${name === null ? '' : `: ${name}`}`,
    `  needs ${first === undefined ? 'what nobody can be granted' : needsText(first)}`,
    ...others.map((alternative) => `  or    ${needsText(alternative)}`),
    ...new Set(because.map(reasonLine)),
    ...unmarkedLines(row),
    ...grantsLines(row),
    ...(missing ?? []).map((one) => `  missing: ${missingText(one)}; ${missingAdvice(ambit, one)}`),
  ];
}

/** A coarse scope would carry it, and is no narrow token: it is not proposed. */
function unmarkedLines({ unmarked }: Row): string[] {
  if (unmarked.length === 0) return [];
  const names = unmarked.map((coordinate) => `\`${coordinate}\``).join(', ');
  const [are, them] = unmarked.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return [
    `  no granular token carries it, because ${names} ${are} unmarked; give ${them} a rule, or mark as public`,
  ];
}

function grantsLines({ needs: [first], unmarked, grants }: Row): string[] {
  const isEmpty = Object.keys(grants).length === 0;
  if (first === undefined || first.length === 0 || (unmarked.length > 0 && isEmpty)) return [];
  return [
    unmarked.length === 0 ? '  the narrowest grants that carry it:' : '  grants that carry the rest:',
    ...stringify(grants)
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ];
}

function missingText(missing: Missing): string {
  if (isKept(missing))
    return `a token that is not narrowed to other operations than \`${missing.coordinate}\``;
  return isRule(missing) ? `a rule that opens \`${missing.rule}\`` : needsText([missing]);
}

function missingAdvice(ambit: Ambit, missing: Missing): string {
  if (isKept(missing)) return KEPT_ADVICE;
  return isRule(missing) ? ruleAdvice(ambit) : needAdvice(ambit, missing);
}

function reasonLine({ requirement, coordinate, line }: NeedReason): string {
  const at = line === null ? '' : `line ${line}: `;
  return `    ${at}\`${coordinate}\` asks for ${requirementText(requirement)}`;
}

function requirementText(requirement: Requirement): string {
  return requirement.map(needsText).join(', or ') || 'what nobody can be granted';
}

function excessText(excess: readonly Excess[]): string {
  if (excess.length === 0) return 'nothing is held in excess';
  return ['held in excess:', ...excess.map((one) => `  ${printableLine(excessLine(one))}`)].join('\n');
}

function excessLine(excess: Excess): string {
  if (typeof excess === 'string') return `scope \`${excess}\``;
  const { permission, boundary } = excess;
  return `permission \`${permission}\` in ${
    typeof boundary === 'string'
      ? `\`${boundary}\``
      : Object.entries(boundary)
          .map(([kind, identity]) => `${kind} \`${identity}\``)
          .join('')
  }`;
}
