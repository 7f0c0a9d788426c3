import { join } from 'node:path';
import { bundleText, scalar } from '../init/files.ts';
import { loadRules } from '../load.ts';
import type { CatalogSource } from '../rules/catalog.ts';
import { betterVerb, boundaryWord, isPermissionName, partsOf } from '../rules/naming.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { RulesFile } from '../rules/rules.ts';
import { type Asker, askerOf, askingOptions } from './ask.ts';
import { catalogIn, categoryLike, refuseKnown, refusePresent } from './cataloguefolder.ts';
import { type Answer, badOption, type Command, command, type Values } from './command.ts';
import { everywhere } from './options.ts';
import { place } from './place.ts';

/** `ambit permission new` */
export const permissionNewCommand: Command = command(
  {
    name: 'permission new',
    summary: 'write the two files of a new permission: the raw one, and one that can be granted',
    operands: 'NAME --permissions DIR [OPTIONS]',
    about:
      'Writes permissions/<resource>/<action>.yml and permission_groups/<category>/<resource>/<action>.yml. In a terminal it asks for what it does not know. It refuses names that say nothing, or the place, and never replaces a file.',
    examples: [
      { line: 'ambit permission new move_issue --permissions catalog', does: 'ask for the rest' },
      {
        line: 'ambit permission new move_issue --permissions catalog --category planning --boundary project,group --description "Move issues"',
        does: 'ask nothing',
      },
    ],
    exits: ['0 written', '2 the name, an option or what is there already is in the way'],
  },
  {
    ...Object.fromEntries(Object.entries(everywhere).filter(([name]) => name !== 'coverage')),
    permissions: {
      type: 'string',
      valueHint: 'DIR',
      required: true,
      description: 'the folder of the catalogue',
    },
    action: {
      type: 'string',
      valueHint: 'A',
      description: 'the action, where it has several words: force_delete',
    },
    resource: { type: 'string', valueHint: 'R', description: 'the resource: what follows the action' },
    category: {
      type: 'string',
      valueHint: 'C',
      description: 'the folder of the bundle, for people: planning',
    },
    description: { type: 'string', valueHint: 'D', description: 'what it lets somebody do, in one sentence' },
    boundary: {
      type: 'string',
      valueHint: 'KIND[,KIND]',
      description: 'the kinds of boundary in which it can be granted',
    },
    ...askingOptions,
  },
  { what: 'the name of the permission', least: 1, most: 1 },
  permissionNew,
);

async function permissionNew(values: Values): Promise<Answer> {
  const [name = ''] = values.operands;
  const folder = values.option('permissions') ?? '';
  const catalog = await catalogIn(folder);
  const rules = await rulesOf(values);
  const known = kindsOf(rules, catalog);
  const { action, resource } = namedParts(name, values, known);
  refuseKnown(name, catalog);
  const raw = `permissions/${resource}/${action}.yml`;
  const asker = await askerOf(values);
  const usual = categoryLike(catalog, resource);
  if (!asker) refuseMissing(values, usual, known);
  const category = await factOf(values, asker, 'category', usual, (text) =>
    /^[a-z][a-z0-9_]*$/.test(text) ? undefined : 'lower case letters, digits and `_`',
  );
  const bundle = `permission_groups/${category}/${resource}/${action}.yml`;
  await refusePresent(folder, [raw, bundle]);
  const described = await factOf(values, asker, 'description', undefined, (text) =>
    /\S/.test(text) && !/[\r\n]/.test(text) ? undefined : 'one sentence',
  );
  const description = described.trim().replace(/\.$/, '');
  const boundaries = await boundariesOf(values, asker, known);
  await place(
    folder,
    [
      { path: raw, text: `name: ${name}\ndescription: ${scalar(`${description}.`)}\n` },
      { path: bundle, text: bundleText({ name, description, permissions: [name], boundaries }) },
    ],
    false,
  );
  const files = [join(folder, raw), join(folder, bundle)];
  return {
    json: {
      name,
      action,
      resource,
      category,
      description,
      boundaries,
      files,
      askedBy: askedBy(rules, name),
    },
    text: [...files.map((one) => `wrote ${one}`), '', ...nextLines(name, rules)].join('\n'),
    exit: 0,
  };
}

async function rulesOf(values: Values): Promise<RulesFile | undefined> {
  const file = values.option('rules');
  return file === undefined ? undefined : loadRules(file);
}

function nextLines(name: string, rules: RulesFile | undefined): string[] {
  const by = askedBy(rules, name);
  if (by.length > 0) return [`Rules ask for \`${name}\` already: ${by.join(', ')}.`];
  const next = `Now let a rule ask for \`${name}\`: until then it guards nothing.`;
  return rules
    ? [next]
    : ['Whether these kinds of boundary are known was not checked; `--rules FILE` does so.', next];
}

/** Where rules ask for a permission. */
function askedBy(rules: RulesFile | undefined, name: string): string[] {
  const found = (rules?.rules ?? []).filter(({ permissions }) =>
    permissions?.some(({ names }) => names.includes(name)),
  );
  return [...new Set(found.map(({ coordinate }) => coordinate))];
}

/** Where nobody can be asked, everything that is missing is told at once. */
function refuseMissing(values: Values, usual: string | undefined, { names }: Kinds): void {
  const wanted = ['category', 'description', 'boundary'].filter(
    (option) => values.option(option) === undefined && !(option === 'category' && usual !== undefined),
  );
  if (wanted.length === 0) return;
  const hint = `for example --boundary ${names[0] ?? ''}; `;
  throw badOption(
    wanted.map((option) => `\`--${option}\` is missing`).join(', '),
    `${wanted.includes('boundary') ? hint : ''}see ambit permission new --help`,
  );
}

/** Kinds of boundary that may be named: those of the rules file, or those of the bundles that are there. */
function kindsOf(rules: RulesFile | undefined, { assignables }: CatalogSource): Kinds {
  const used = assignables.flatMap(({ boundaries }) => boundaries);
  const configured = Object.keys(rules?.boundaries ?? {});
  return {
    names: [...new Set([...configured, ...(rules ? [] : used), ...STANDALONE_KINDS])],
    isWhole: configured.length > 0,
  };
}

interface Kinds {
  readonly names: readonly string[];
  /** Whether there are no others. */
  readonly isWhole: boolean;
}

function namedParts(
  name: string,
  values: Values,
  kinds: Kinds,
): { readonly action: string; readonly resource: string } {
  if (!isPermissionName(name))
    throw badOption(
      `\`${name}\` is no name for a permission`,
      'write action_resource in lower case letters, for example read_issue',
    );
  const wanted = values.option('resource');
  const given =
    values.option('action') ??
    (wanted !== undefined && name.endsWith(`_${wanted}`) ? name.slice(0, -wanted.length - 1) : undefined);
  const parts = partsOf(name, given);
  if (!parts || (wanted !== undefined && parts.resource !== wanted))
    throw badOption(
      `\`${name}\` is not made of the action \`${given ?? ''}\` and the resource \`${wanted ?? parts?.resource ?? ''}\``,
      'the name is the action, `_`, and the resource',
    );
  const better = betterVerb(parts.action);
  if (better && 'verb' in better)
    throw badOption(
      `\`${parts.action}\` is another word for \`${better.verb}\``,
      `${better.verb}_${parts.resource}`,
    );
  if (better)
    throw badOption(
      `\`${parts.action}\` is several capabilities at once`,
      `make one permission of each: ${better.verbs.map((verb) => `${verb}_${parts.resource}`).join(', ')}`,
    );
  const kind = boundaryWord(parts.resource, kinds.names);
  if (kind !== undefined)
    throw badOption(
      `\`${name}\` names the place, \`${kind}\`, and that is said by the grant`,
      `${parts.action}_${parts.resource.slice(kind.length + 1)}`,
    );
  return parts;
}

async function factOf(
  values: Values,
  asker: Asker | undefined,
  option: 'category' | 'description',
  usual: string | undefined,
  refuse: (text: string) => string | undefined,
): Promise<string> {
  const given = values.option(option) ?? (asker ? undefined : usual);
  const fact = given ?? (await asker?.text(`The ${option}?`, usual ?? '', refuse)) ?? '';
  const problem = refuse(fact);
  if (problem !== undefined) throw badOption(`\`--${option}\` has to be ${problem}; found \`${fact}\``);
  return fact;
}

async function boundariesOf(values: Values, asker: Asker | undefined, kinds: Kinds): Promise<string[]> {
  const given = values.option('boundary')?.split(',');
  const chosen =
    given ??
    (await asker?.several(
      'In which kinds of boundary can it be granted?',
      kinds.names.map((value) => ({ value, hint: '' })),
      [],
    )) ??
    [];
  if (chosen.length === 0)
    throw badOption('a permission that can be granted nowhere is none; name a kind of boundary');
  for (const kind of chosen) {
    const isKnown = kinds.names.includes(kind) || (!kinds.isWhole && /^[a-z][a-z0-9_]*$/.test(kind));
    if (!isKnown) throw badOption(`\`${kind}\` is no kind of boundary; known are ${kinds.names.join(', ')}`);
  }
  return [...new Set(chosen)];
}
