import { type GraphQLObjectType, getNamedType, isEnumType, isLeafType } from 'graphql';
import { fieldCoordinate } from '../coordinates.ts';
import type { Draft } from './draft.ts';
import { joined, permissionName, withoutKind } from './names.ts';
import type { ProposedEntry } from './proposal.ts';
import { type Field, isPredicate } from './survey.ts';
import { endsWith, spelled, startsWith, wordsOf } from './words.ts';

/** What object types are asked for: one permission to read each kind of thing; what has no identity inherits. */
export function proposeObjects(draft: Draft): void {
  for (const [type, shape] of draft.survey.shapes) {
    if (shape === 'value' || shape === 'payload') {
      draft.inherit(type.name);
      if (shape === 'value') draft.ask('values', type.name);
    }
    if (shape === 'resource' || shape === 'person') proposeObject(draft, type, shape === 'person');
    // What inherits by itself, a connection, say, may hold secrets of its own.
    if (shape !== 'root') proposeFields(draft, type);
  }
}

function proposeObject(draft: Draft, type: GraphQLObjectType, isPerson: boolean): void {
  const entry = draft.readingOf(type);
  draft.permit('objects', type.name, [entry]);
  const { placed, others, doubtful } = draft.placing(type);
  if (isPerson && !placed) draft.ask('people', type.name);
  else if (!placed)
    draft.ask('unplaced types', type.name, doubtful.length > 0 ? listed(doubtful) : undefined);
  else if (placed.kind.name === 'user') draft.ask('owned', type.name, `\`${placed.boundary}\``);
  else if (others.length > 0) {
    const rest = listed(others.map(({ boundary }) => boundary));
    draft.ask('several places', type.name, `\`${placed.boundary}\`, not ${rest}`);
  }
}

function listed(paths: readonly string[]): string {
  return paths.map((path) => `\`${path}\``).join(' or ');
}

/** Last words of fields that hold what gives access to something, or by which people are reached. */
const SECRETS: readonly (readonly string[])[] = phrases(
  'token|secret|password|passphrase|password hash|password digest|token hash|credential|email|e mail|phone|' +
    'phone number|api key|access key|secret key|signing key|encryption key|recovery code|backup code|otp|mnemonic|' +
    'seed phrase|date of birth|birth date|birthday|dob',
);
/** Last words of fields that hold numbers which people keep to themselves. */
const NUMBERS: readonly (readonly string[])[] = phrases(
  'card number|cvv|cvc|pin|pin code|tax id|tax number|vat id|vat number|tin|policy number|insurance number|' +
    'account number|routing number|sort code|license number|licence number|identity number|national id|' +
    'national number|medical record number|mrn',
);
/** Words that tell such a field wherever they stand. */
const ANYWHERE: readonly (readonly string[])[] = phrases('private key|ssn|social security|iban|passport');
/** Words that make of these something else: where a page goes on, say. */
const HARMLESS: ReadonlySet<string> = new Set(['page', 'next', 'previous', 'continuation', 'cursor', 'sync']);

function proposeFields(draft: Draft, type: GraphQLObjectType): void {
  const own = withoutKind(wordsOf(type.name), draft.places);
  for (const field of Object.values(type.getFields())) {
    const coordinate = fieldCoordinate(type.name, field.name);
    if (isSensitive(field) && !draft.choices.harmless?.includes(coordinate)) {
      const isPlace = draft.places.ofType.has(type.name);
      const resource =
        isPlace && wordsOf(field.name).length > 1 ? wordsOf(field.name) : joined(own, wordsOf(field.name));
      draft.permit('fields', coordinate, [within(draft, type, permissionName('read', resource))]);
      draft.ask('sensitive', coordinate);
      continue;
    }
    const counted = countedBy(draft, type, field);
    if (!counted) continue;
    const [name = ''] = draft.readingOf(counted).names;
    draft.permit('fields', coordinate, [within(draft, type, name)]);
    draft.ask('counts', coordinate, `\`${name}\``);
  }
}

/** A permission asked for at a field, in the place of its type; with what inherits, only a grant without a place will do. */
function within(draft: Draft, type: GraphQLObjectType, name: string): ProposedEntry {
  const shape = draft.survey.shapes.get(type);
  const isPlaced = shape === 'resource' || shape === 'person';
  const { names: _, ...place } = isPlaced ? draft.readingOf(type) : { names: [], boundaryType: 'instance' };
  return { names: [name], ...place };
}

/** Whether a field looks as if it held a secret, or an address of a person. */
export function isSensitive(field: Field): boolean {
  const type = getNamedType(field.type);
  const words = wordsOf(field.name);
  if (!isLeafType(type) || isEnumType(type) || type.name === 'Boolean' || isPredicate(field.name))
    return false;
  if (words.some((word) => HARMLESS.has(word)) || words.at(-1) === 'count') return false;
  const isHeld = (secret: readonly string[]): boolean =>
    words.some((_, at) => startsWith(words.slice(at), secret));
  if (NUMBERS.some((secret) => endsWith(words, secret)) || ANYWHERE.some(isHeld)) return true;
  return !['Int', 'Float'].includes(type.name) && SECRETS.some((secret) => endsWith(words, secret));
}

function phrases(text: string): readonly (readonly string[])[] {
  return text.split('|').map((phrase) => phrase.split(' '));
}

/** The resource that a number counts, where it is one that asks for a permission of its own: `openIssuesCount`. */
function countedBy(draft: Draft, type: GraphQLObjectType, field: Field): GraphQLObjectType | undefined {
  const words = wordsOf(field.name);
  const last = words.at(-1) ?? '';
  const isCount =
    last === 'count' || startsWith(words, ['number', 'of']) || spelled(field.name)[0] === 'total';
  if (getNamedType(field.type).name !== 'Int' || !isCount) return undefined;
  const things = last === 'count' ? words.slice(0, -1) : words;
  const shape = draft.survey.shapes.get(type);
  if (things.length === 0 || (shape !== 'resource' && shape !== 'person')) return undefined;
  return draft.resources.find((one) => one !== type && endsWith(things, draft.survey.words(one)));
}
