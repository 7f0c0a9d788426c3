import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { fieldCoordinate } from '../coordinates.ts';
import type { Draft } from './draft.ts';
import type { Understood } from './mutations.ts';
import { permissionName } from './names.ts';
import type { ProposedEntry } from './proposal.ts';
import { endsWith, wordsOf } from './words.ts';

/** Settings by which it is decided who may see or do something, and what a permission to change them is about. */
const PRIVILEGES: ReadonlyMap<string, string> = new Map([
  ['access_level', 'access_level'],
  ['admin', 'admin_flag'],
  ['confidential', 'confidentiality'],
  ['is_admin', 'admin_flag'],
  ['is_private', 'privacy'],
  ['is_public', 'visibility'],
  ['permission', 'permission'],
  ['private', 'privacy'],
  ['public', 'visibility'],
  ['role', 'role'],
  ['scope', 'scope'],
  ['visibility', 'visibility'],
]);

/** Values by which changing a thing becomes doing something else with it. */
const WEIGHTY: ReadonlySet<string> = new Set(
  (
    'accept approve archive ban block cancel delete deploy destroy disable enable erase grant merge pay promote publish ' +
    'purge refund reject release remove revoke suspend transfer unban unblock'
  ).split(' '),
);
/** What makes a thing sets it up as well. */
const MAKING: readonly string[] = ['create', 'clone', 'copy', 'duplicate', 'fork', 'import'];
/** Enums whose values say what is to be done. */
const DOING: readonly string[] = ['event', 'action', 'transition', 'command', 'operation'];

/** Inputs that decide more than their mutation does. */
export function proposeInputs(draft: Draft, mutations: readonly Understood[]): void {
  const users = usersOf(mutations);
  const outputs = outputTypes(draft);
  for (const [type, used] of users) {
    const [first] = used;
    if (!first) continue;
    if (isInputObjectType(type) && used.every(({ deed }) => !MAKING.includes(deed.verb)))
      privileges(draft, type, first, used);
    const says = DOING.includes(wordsOf(type.name).at(-1) ?? '');
    if (isEnumType(type) && says && !outputs.has(type)) doings(draft, type, first, used);
  }
}

function privileges(
  draft: Draft,
  type: GraphQLInputObjectType,
  first: Understood,
  used: readonly Understood[],
): void {
  for (const { name } of Object.values(type.getFields())) {
    const noun = PRIVILEGES.get(wordsOf(name).join('_'));
    if (noun === undefined) continue;
    const permission = permissionName('update', [...first.deed.resource, ...noun.split('_')]);
    const isWhole = endsWith([first.deed.verb, ...first.deed.resource], noun.split('_'));
    if (!isWhole) weigh(draft, fieldCoordinate(type.name, name), permission, used);
  }
}

function doings(draft: Draft, type: GraphQLEnumType, first: Understood, used: readonly Understood[]): void {
  for (const { name } of type.getValues()) {
    const verb = wordsOf(name.toLowerCase()).join('_');
    const permission = permissionName(
      verb === 'destroy' || verb === 'remove' ? 'delete' : verb,
      first.deed.resource,
    );
    if (WEIGHTY.has(verb)) weigh(draft, fieldCoordinate(type.name, name), permission, used);
  }
}

/**
 * Asked for where the mutation is asked for; where several use it, each in its own place. Where those are of different
 * kinds, only a grant without a place will do.
 */
function weigh(draft: Draft, coordinate: string, permission: string, used: readonly Understood[]): void {
  const all = used.flatMap(({ entries }) => entries);
  const [entry, ...others] = all;
  if (!entry) return;
  const isMixed = others.some(({ boundaryType }) => boundaryType !== entry.boundaryType);
  const { group: _, ...whole } = entry;
  const alone: ProposedEntry =
    others.length === 0
      ? { ...whole, names: [permission] }
      : { names: [permission], boundaryType: isMixed ? 'instance' : entry.boundaryType };
  draft.permit('inputs', coordinate, [alone]);
  draft.ask('weighty inputs', coordinate, `\`${permission}\`${isMixed ? ', for the whole API' : ''}`);
}

/** Input types and enums, with the mutations that take them. */
function usersOf(mutations: readonly Understood[]): Map<GraphQLNamedType, Understood[]> {
  const users = new Map<GraphQLNamedType, Understood[]>();
  for (const mutation of mutations) {
    const reached = new Set(mutation.field.args.map((arg) => getNamedType(arg.type)));
    for (const type of reached) {
      users.set(type, [...(users.get(type) ?? []), mutation]);
      if (!isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) reached.add(getNamedType(field.type));
    }
  }
  return users;
}

/** What fields give back: a rule on such a value would hide it there. */
function outputTypes({ survey }: Draft): ReadonlySet<GraphQLNamedType> {
  const types = Object.values(survey.schema.getTypeMap());
  return new Set(
    types.flatMap((type) =>
      isObjectType(type) || isInterfaceType(type)
        ? Object.values(type.getFields()).map((field) => getNamedType(field.type))
        : [],
    ),
  );
}
