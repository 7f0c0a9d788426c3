import {
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
} from 'graphql';
import { fieldCoordinate } from '../coordinates.ts';
import type { Draft } from './draft.ts';
import type { Field } from './survey.ts';
import { endsWith, wordsOf } from './words.ts';

/** A leaf among the arguments of a field: an argument, or an input field at any depth. */
export interface Leaf {
  /** `input.projectPath` */
  readonly argument: string;
  /** The input field that it is; undefined for an argument itself. */
  readonly inputField?: string;
  /** The words of its name, without `target` and the like in front; with those of what holds a mere `slug`. */
  readonly words: readonly string[];
  readonly type: GraphQLNamedType;
  readonly required: boolean;
  /** Whether a rule can read it: not behind a list, and not too deep. */
  readonly isUsable: boolean;
  /** Whether it is where something goes to, by its name. */
  readonly isTarget: boolean;
  /** Whether it is where something comes from, by its name. */
  readonly isSource: boolean;
  /** The types of which it can be an id, where the schema says so. */
  readonly possible: readonly string[];
}

/** So deep a rule looks into input objects. */
const MAX_DEPTH = 3;
const TARGETS: readonly string[] = ['target', 'destination', 'dest', 'to', 'into', 'new'];
const SOURCES: readonly string[] = ['source', 'from', 'template', 'origin'];
/** Last words of names by which one thing is told from others. */
export const KEYS: readonly (readonly string[])[] = (
  'id|global id|node id|gid|iid|uuid|guid|path|full path|slug|key|name|full name|name with owner|login|username|' +
  'number|handle|code|sku|ref|reference|alias|url|uri|domain|subdomain'
)
  .split('|')
  .map((key) => key.split(' '));

interface Holder {
  readonly path: readonly string[];
  readonly required: boolean;
  readonly isUsable: boolean;
  readonly type?: GraphQLNamedType;
}

type Input = Pick<Field, 'astNode'> & { readonly name: string; readonly type: GraphQLInputType };

/** Every leaf among the arguments of `field`; what no rule can read is walked once for each input type. */
export function leavesOf(draft: Draft, field: Field): Leaf[] {
  const leaves: Leaf[] = [];
  const later: (Holder & { readonly type: GraphQLNamedType })[] = [];
  const visit = (input: Input, before: Holder): void => {
    const bare = isNonNullType(input.type) ? input.type.ofType : input.type;
    const type = getNamedType(bare);
    const path = [...before.path, input.name];
    const required = before.required && isNonNullType(input.type);
    if (isInputObjectType(type)) {
      const isUsable = before.isUsable && !isListType(bare) && path.length < MAX_DEPTH;
      const here = { path, required, isUsable, type };
      if (isUsable) for (const inner of inputsOf(type)) visit(inner, here);
      else later.push(here);
    } else if (isLeafType(type) && type.name !== 'Boolean')
      leaves.push(leafOf(draft, input, type, { ...before, path, required }, before.type));
  };
  for (const arg of field.args) visit(arg as unknown as Input, { path: [], required: true, isUsable: true });
  const seen = new Set<GraphQLNamedType>();
  for (const holder of later) {
    if (seen.has(holder.type)) continue;
    seen.add(holder.type);
    for (const inner of inputsOf(holder.type)) visit(inner, holder);
  }
  return leaves;
}

function inputsOf(type: GraphQLNamedType): readonly Input[] {
  return isInputObjectType(type) ? (Object.values(type.getFields()) as unknown as Input[]) : [];
}

function leafOf(
  draft: Draft,
  input: Input,
  type: GraphQLNamedType,
  { path, required, isUsable }: Holder,
  holder: GraphQLNamedType | undefined,
): Leaf {
  const spelled = path.map(wordsOf);
  const own = spelled.at(-1) ?? [];
  const above = spelled.slice(0, -1);
  const plain = withoutTarget(own);
  const isNamedSo =
    (names: readonly string[]) =>
    (words: readonly string[]): boolean =>
      names.includes(words[0] ?? '');
  const isBare = type.name === 'ID' && own.length === 1 && isNamedSo(TARGETS)(own);
  return {
    argument: path.join('.'),
    ...(holder === undefined ? {} : { inputField: fieldCoordinate(holder.name, input.name) }),
    words: withHolder(draft, plain, above.at(-1) ?? []),
    type,
    required,
    isUsable,
    isTarget: plain !== own || isBare || above.some(isNamedSo(TARGETS)),
    isSource: isNamedSo(SOURCES)(own) || above.some(isNamedSo(SOURCES)),
    possible: possibleTypes(input),
  };
}

/** `store: { slug }` names what `storeSlug` does. */
function withHolder(draft: Draft, words: readonly string[], above: readonly string[]): readonly string[] {
  const holder = withoutTarget(above);
  const isKey = KEYS.some((key) => key.length === words.length && endsWith(words, key));
  const isThing = draft.named(holder) ?? draft.places.kinds.find(({ name }) => name === holder.join('_'));
  return isKey && isThing !== undefined ? [...holder, ...words] : words;
}

/** `@possibleTypes(concreteTypes: [...])`, by which GitHub says of ids what they are ids of. */
function possibleTypes({ astNode }: Pick<Field, 'astNode'>): string[] {
  const directive = astNode?.directives?.find(({ name }) => name.value === 'possibleTypes');
  const list = directive?.arguments?.find(({ name }) => name.value === 'concreteTypes')?.value;
  if (list?.kind !== Kind.LIST) return [];
  return list.values.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : []));
}

function withoutTarget(words: readonly string[]): readonly string[] {
  return TARGETS.includes(words[0] ?? '') && words.length > 1 ? words.slice(1) : words;
}
