import type { GraphQLNamedType } from 'graphql';
import type { Foreign, Pointed } from './arguments.ts';
import type { Draft } from './draft.ts';
import type { Deed } from './names.ts';
import type { ProposedEntry } from './proposal.ts';
import { isReadableLeaf } from './survey.ts';
import { wordsOf } from './words.ts';

interface Closing {
  readonly coordinate: string;
  readonly deed: Deed;
  readonly about: GraphQLNamedType | undefined;
}

/**
 * What names a place that no rule can tell asks for a grant without a place, beside what is asked for already, and is
 * told; so is every id of which the entries make no use.
 */
export function closed(
  draft: Draft,
  { coordinate, deed, about }: Closing,
  { foreign, ids, lost, pointers }: Pointed,
  name: string,
  entries: readonly ProposedEntry[],
): ProposedEntry[] {
  const isMade = ({ isTarget, key, place }: Foreign): boolean =>
    deed.verb === 'create' && !isTarget && place === about?.name && key !== '' && !key.endsWith('id');
  const closing = foreign.filter((one) => !isMade(one));
  for (const one of closing) draft.ask('named otherwise', coordinate, toldOf(draft, one));
  const isPlaced = entries.some(({ boundaryType }) => boundaryType !== 'instance');
  if (isPlaced) {
    const spoken = [...entries.map(({ boundaryArgument }) => boundaryArgument), ...closing.map(argumentOf)];
    const named = [...pointers, ...lost, ...foreign].map(argumentOf);
    const unused = [...new Set([...named, ...ids])].filter((one) => !spoken.includes(one));
    if (unused.length > 0) draft.ask('unchecked arguments', coordinate, unused.join(', '));
  }
  const [one] = closing;
  if (!one || isClosed(entries)) return [...entries];
  return [...entries, { names: [name], boundaryType: 'instance', group: groupFor(one.argument, entries) }];
}

/** Whether no token that is limited to a place can pass: some group asks for nothing else than the whole. */
function isClosed(entries: readonly ProposedEntry[]): boolean {
  return entries.some(({ group }) =>
    entries.every((one) => one.group !== group || one.boundaryType === 'instance'),
  );
}

function groupFor(argument: string, entries: readonly ProposedEntry[]): string {
  const last = argument.split('.').at(-1) ?? argument;
  return entries.some(({ group }) => group === last) ? argument : last;
}

/** What a foreign argument names, and by which option it could be read. */
function toldOf({ survey, places }: Draft, { argument, key, place }: Foreign): string {
  if (place === undefined) return `\`${argument}\`, of which no kind is known`;
  const type = survey.schema.getType(place);
  const words = key.split(' ');
  const leaf = leafCalled(type, words);
  const kind = places.kinds.find((one) => one.type === place);
  const by = kind === undefined ? '' : `, and \`${kind.name}\` is identified by \`${kind.identity}\``;
  const hint =
    leaf === undefined || leaf === kind?.identity
      ? ''
      : `; where no two have the same, \`--kind ${kind?.name ?? wordsOf(place).join('_')}=${place}.${leaf}\``;
  return `\`${argument}\` names \`${place}\`${leaf === undefined ? '' : ` by \`${leaf}\``}${by}${hint}`;
}

function leafCalled(type: GraphQLNamedType | undefined, words: readonly string[]): string | undefined {
  const [first = '', ...rest] = words;
  const name = [first, ...rest.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)].join('');
  return type && isReadableLeaf(type, name) ? name : undefined;
}

function argumentOf({ argument }: { readonly argument: string }): string {
  return argument;
}
