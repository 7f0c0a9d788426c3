import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError } from '../errors.ts';
import { bundleText, scalar } from '../init/files.ts';
import { loadPermissions, loadRules } from '../load.ts';
import type { CatalogSource } from '../rules/catalog.ts';
import { betterVerb, boundaryWord, isPermissionName, partsOf } from '../rules/naming.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import { type Asker, askerOf, askingOptions } from './ask.ts';
import { type Answer, badOption, type Command, command, type Values } from './command.ts';
import { everywhere } from './options.ts';
import { place, present } from './place.ts';

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
  const known = await kindsOf(values, catalog);
  const { action, resource } = namedParts(name, values, known);
  refuseKnown(name, catalog);
  const raw = `permissions/${resource}/${action}.yml`;
  await refusePresent(folder, raw);
  const asker = await askerOf(values);
  const category = await factOf(values, asker, 'category', categoryLike(catalog, resource), (text) =>
    /^[a-z][a-z0-9_]*$/.test(text) ? undefined : 'lower case letters, digits and `_`',
  );
  const bundle = `permission_groups/${category}/${resource}/${action}.yml`;
  await refusePresent(folder, bundle);
  const description = await factOf(values, asker, 'description', undefined, (text) =>
    /\S/.test(text) && !/[\r\n]/.test(text) ? undefined : 'one sentence',
  );
  const boundaries = await boundariesOf(values, asker, known);
  const sentence = description.trim().replace(/\.$/, '');
  await place(
    folder,
    [
      { path: raw, text: `name: ${name}\ndescription: ${scalar(`${sentence}.`)}\n` },
      { path: bundle, text: bundleText({ name, description: sentence, permissions: [name], boundaries }) },
    ],
    false,
  );
  const files = [join(folder, raw), join(folder, bundle)];
  return {
    json: { name, action, resource, category, description: sentence, boundaries, files },
    text: [
      ...files.map((file) => `wrote ${file}`),
      '',
      `Now let a rule ask for \`${name}\`: until then it guards nothing.`,
    ].join('\n'),
    exit: 0,
  };
}

/** What the folder holds so far; nothing, where it is not there yet. */
async function catalogIn(folder: string): Promise<CatalogSource> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory())
    throw badOption(`\`${folder}\` is a file; new permissions are written into a folder`);
  const parts = await present(folder, ['permissions', 'permission_groups']);
  return parts.includes('permissions') ? loadPermissions(folder) : { permissions: [], assignables: [] };
}

/** Kinds of boundary that may be named: those of the rules file, or those of the bundles that are there. */
async function kindsOf(values: Values, { assignables }: CatalogSource): Promise<Kinds> {
  const file = values.option('rules');
  const used = assignables.flatMap(({ boundaries }) => boundaries);
  const configured = file === undefined ? [] : Object.keys((await loadRules(file)).boundaries);
  return {
    names: [...new Set([...configured, ...(file === undefined ? used : []), ...STANDALONE_KINDS])],
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

function refuseKnown(name: string, { permissions, assignables }: CatalogSource): void {
  const there = permissions.find((one) => one.name === name);
  if (there) throw taken(`the permission \`${name}\` is there already`, there.origin?.file);
  const holder = assignables.find((one) => !one.deprecated && one.permissions.includes(name));
  if (holder) throw taken(`\`${name}\` is in the bundle \`${holder.name}\` already`, holder.origin?.file);
  const bundle = assignables.find((one) => one.name === name);
  if (bundle) throw taken(`a bundle is called \`${name}\` already`, bundle.origin?.file);
}

function taken(message: string, file: string | undefined): AmbitError {
  return new AmbitError('BAD_OPTION', message, {
    file,
    suggestion: 'choose another name, or change the file',
  });
}

async function refusePresent(folder: string, path: string): Promise<void> {
  const [there] = await present(folder, [path]);
  if (there !== undefined)
    throw badOption(`\`${join(folder, there)}\` is there already; nothing was written`);
}

/** The category in which the bundles of the same resource are. */
function categoryLike({ assignables }: CatalogSource, resource: string): string | undefined {
  const path = new RegExp(`[\\\\/]permission_groups[\\\\/]([^\\\\/]+)[\\\\/]${resource}[\\\\/][^\\\\/]+$`);
  return assignables.map(({ origin }) => path.exec(origin?.file ?? '')?.[1]).find((one) => one !== undefined);
}

async function factOf(
  values: Values,
  asker: Asker | undefined,
  option: 'category' | 'description',
  usual: string | undefined,
  refuse: (text: string) => string | undefined,
): Promise<string> {
  const given = values.option(option) ?? (asker ? undefined : usual);
  if (given === undefined && !asker)
    throw badOption(`\`--${option}\` is missing`, 'see ambit permission new --help');
  const fact = given ?? (await asker?.text(`The ${option}?`, usual ?? '', refuse)) ?? '';
  const problem = refuse(fact);
  if (problem !== undefined) throw badOption(`\`--${option}\` has to be ${problem}; found \`${fact}\``);
  return fact;
}

async function boundariesOf(values: Values, asker: Asker | undefined, kinds: Kinds): Promise<string[]> {
  const given = values.option('boundary')?.split(',');
  if (!given && !asker)
    throw badOption('`--boundary` is missing', `for example --boundary ${kinds.names[0] ?? ''}`);
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
