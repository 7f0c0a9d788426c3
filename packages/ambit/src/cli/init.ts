import { join } from 'node:path';
import { createAmbit } from '../create.ts';
import { AmbitError } from '../errors.ts';
import { filesOf } from '../init/files.ts';
import type { Choices, Proposal } from '../init/proposal.ts';
import { propose } from '../init/propose.ts';
import { shownPlace } from '../load/address.ts';
import { loadPermissions, loadRules } from '../load.ts';
import type { ReadSchema } from '../schema.ts';
import { type Asker, askerOf, askingOptions } from './ask.ts';
import { type Answer, badOption, type Command, command, type Values } from './command.ts';
import { validSchema } from './engine.ts';
import { kindsSaid } from './kinds.ts';
import { everywhere, schemaOption } from './options.ts';
import { leftOver, place, present, rehearsed } from './place.ts';
import { Progress } from './progress.ts';

/** `ambit init` */
export const initCommand: Command = command(
  {
    name: 'init',
    summary: 'propose rules, permissions and kinds of boundary for a schema',
    operands: '--schema PLACE --out DIR [--kind NAME=TYPE.FIELD] [--yes] [--force]',
    about:
      'Reads a schema and writes what its names say: a rules file, a catalogue of permissions, and a list of what only people can decide (TODO.md). What it is not sure of is closed rather than opened. In a terminal it asks which kinds of boundary and which sensitive fields to take; elsewhere, and with `--yes`, it takes all.',
    examples: [
      { line: 'ambit init --schema schema.graphql --out policy', does: 'ask, then write policy/' },
      {
        line: 'ambit init --schema https://api.example.com/graphql --out policy --yes',
        does: 'take every proposal for an API that answers introspection',
      },
    ],
    exits: ['0 written', '2 something cannot be read, or is there already'],
  },
  {
    ...schemaOption,
    out: { type: 'string', valueHint: 'DIR', required: true, description: 'the folder in which to write' },
    kind: {
      type: 'string',
      valueHint: 'NAME=TYPE.FIELD[,...]',
      description: 'kinds of boundary, with the type whose field tells one from others: store=Store.slug',
    },
    ...askingOptions,
    force: { type: 'boolean', description: 'replace files that are there already' },
    ...Object.fromEntries(Object.entries(everywhere).filter(([name]) => ['json', 'help'].includes(name))),
  },
  { what: 'options', least: 0, most: 0 },
  init,
);

/** What is written below the folder, at the top. */
const TOP: readonly string[] = ['TODO.md', 'catalog', 'rules.yml'];

async function init(values: Values): Promise<Answer> {
  const from = shownPlace(values.option('schema') ?? '');
  const out = values.option('out') ?? '';
  await refuseToReplace(values, out);
  const progress = new Progress();
  progress.step(`reading ${from}`);
  const read = await validSchema(values.option('schema') ?? '');
  progress.step('looking for resources and places');
  const said = kindsSaid(values.option('kind'), read.schema);
  const first = propose(read.schema, { said });
  progress.end();
  const asker = first.annotated.length > 0 ? undefined : await askerOf(values);
  const proposal = asker ? propose(read.schema, { ...(await choicesOf(asker, first)), said }) : first;
  const files = filesOf(proposal, from);
  const left = await leftOver(out, 'catalog', files);
  if (left.length > 0)
    await rehearsed(out, 'catalog', files, (copy) => checked(read, proposal, copy)).catch(
      (error: unknown) => {
        throw unfit(out, left, error);
      },
    );
  await place(out, files, values.flag('force'));
  const settled = await checked(read, proposal, out);
  const next = nextLine(proposal, from, out);
  const { kinds, rules, permissions, questions, annotated } = proposal;
  return {
    json: {
      out,
      files: files.map(({ path }) => path),
      kinds: kinds.map(({ name, parent }) => ({ name, ...(parent === undefined ? {} : { parent }) })),
      rules: rules.length,
      permissions: permissions.length,
      questions: questions.map(({ topic, coordinate, proposed }) => ({
        topic,
        coordinate,
        ...(proposed && { proposed }),
      })),
      annotated,
      left,
      ...settled,
      next,
    },
    text: told(proposal, out, settled, left, next),
    exit: 0,
  };
}

async function refuseToReplace(values: Values, out: string): Promise<void> {
  const [there] = values.flag('force') ? [] : await present(out, TOP);
  if (there === undefined) return;
  throw badOption(
    `\`${join(out, there)}\` is there already; nothing was written`,
    'choose another folder with --out, or replace what is there with --force',
  );
}

async function choicesOf(asker: Asker, { kinds, questions }: Proposal): Promise<Choices> {
  const sensitive = questions
    .filter(({ topic }) => topic === 'sensitive')
    .map(({ coordinate }) => coordinate);
  const taken =
    kinds.length === 0
      ? []
      : await asker.several(
          'To which of these can a token be limited?',
          kinds.map(({ name, type, identity }) => ({ value: name, hint: `${type}.${identity}` })),
          kinds.map(({ name }) => name),
        );
  const guarded =
    sensitive.length === 0
      ? []
      : await asker.several(
          'Which of these fields need a permission of their own?',
          sensitive.map((value) => ({ value, hint: '' })),
          sensitive,
        );
  if (!(await asker.confirm('Write the files?'))) throw badOption('stopped; nothing was written');
  return { kinds: taken, harmless: sensitive.filter((one) => !guarded.includes(one)) };
}

interface Settled {
  readonly errors: number;
  readonly coverage: { readonly covered: number; readonly total: number };
}

/** What `ambit check` says of what was written. */
async function checked(
  { schema }: ReadSchema,
  { annotated, permissions }: Proposal,
  out: string,
): Promise<Settled> {
  const ambit = createAmbit({
    schema,
    rules: await loadRules(join(out, 'rules.yml')),
    permissions: permissions.length === 0 ? undefined : await loadPermissions(join(out, 'catalog')),
    coverage: annotated.length > 0 ? 'open' : 'strict',
  });
  const { findings, coverage } = ambit.check();
  return { errors: findings.filter(({ severity }) => severity === 'error').length, coverage };
}

function nextLine({ annotated, permissions }: Proposal, from: string, out: string): string {
  const catalog = permissions.length === 0 ? '' : ` --permissions ${quoted(join(out, 'catalog'))}`;
  const open = annotated.length > 0 ? ' --coverage open' : '';
  return `ambit check --schema ${quoted(from)} --rules ${quoted(join(out, 'rules.yml'))}${catalog}${open}`;
}

/** A word of a command line, as shells take it. */
function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `a`, `a and b`, `a, b and c`. */
function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** Files of an earlier proposal that cannot stay beside this one. */
function unfit(out: string, left: readonly string[], error: unknown): AmbitError {
  const why = error instanceof AmbitError ? ` (${error.message})` : '';
  return badOption(
    `${listed(left.map((path) => `\`${join(out, path)}\``))} would be left over and ${left.length === 1 ? 'does' : 'do'} not fit what is proposed${why}; nothing was written`,
    `remove ${left.length === 1 ? 'it' : 'what no longer holds'}, or choose another folder with --out`,
  );
}

function told(
  proposal: Proposal,
  out: string,
  { coverage, errors }: Settled,
  left: readonly string[],
  next: string,
): string {
  const { annotated, kinds, permissions, questions, rules } = proposal;
  if (annotated.length > 0)
    return [
      `the schema says already who may see what (${annotated.join(', ')}); no rules were proposed`,
      `wrote ${join(out, 'rules.yml')}, with room for rules that the schema does not have`,
      '',
      'What such a schema leaves unmarked is meant to be public. See whether that is so:',
      `  ${next}`,
    ].join('\n');
  const nested = kinds.map(({ name, parent }) => (parent === undefined ? name : `${name} (in ${parent})`));
  return [
    `kinds of boundary: ${nested.join(', ') || 'none found'}`,
    `${rules.length} rules, ${permissions.length} permissions; ${coverage.covered} of ${coverage.total} object types and root fields are spoken for`,
    `wrote ${listed([join(out, 'rules.yml'), ...(permissions.length > 0 ? [join(out, 'catalog')] : []), ...(questions.length > 0 ? [join(out, 'TODO.md')] : [])])}`,
    ...(left.length > 0 ? [`left over from before: ${listed(left.map((path) => join(out, path)))}`] : []),
    ...(errors > 0
      ? [`${errors} ${errors === 1 ? 'error is' : 'errors are'} left for you; TODO.md names them`]
      : []),
    '',
    questions.length > 0 ? 'Go through TODO.md, then:' : 'Next:',
    `  ${next}`,
  ].join('\n');
}
