import {
  DEFAULT_DEPRECATION_REASON,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';

/** Anything that people describe. The mask's own elements, made for it alone, so they can be written to. */
interface Described {
  readonly name?: string;
  description?: string | null | undefined;
  deprecationReason?: string | null | undefined;
}

/**
 * Keeps hidden names out of descriptions and reasons for deprecation (M19). A text that mentions a name of the whole
 * schema which the mask does not have is left out as a whole: parts of a sentence would still tell. Common words are
 * names too (`note`, `project`); those count as mentioned only in backquotes or after a dot, and every other name, such
 * as `createNote`, `read_only` or `Note`, wherever it stands as a word.
 */
export class Descriptions {
  readonly #names: ReadonlySet<string>;
  readonly #mentioned = new Map<string, readonly string[]>();

  constructor(schema: GraphQLSchema) {
    this.#names = namesOf(schema);
  }

  /** Takes texts that mention what is hidden out of a mask that was just built. Changes the mask. */
  clean(mask: GraphQLSchema): void {
    const shown = namesOf(mask);
    const tells = (text: string | null | undefined): boolean =>
      typeof text === 'string' && this.#mentionsIn(text).some((name) => !shown.has(name));
    for (const element of elementsOf(mask)) {
      if (tells(element.description)) element.description = undefined;
      if (tells(element.deprecationReason)) element.deprecationReason = DEFAULT_DEPRECATION_REASON;
    }
  }

  #mentionsIn(text: string): readonly string[] {
    let mentions = this.#mentioned.get(text);
    if (!mentions) {
      mentions = mentionsOf(text).filter((name) => this.#names.has(name));
      this.#mentioned.set(text, mentions);
    }
    return mentions;
  }
}

function mentionsOf(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`[^`]*`/g)].flatMap(([part]) => part.match(WORD) ?? []);
  const dotted = [...text.matchAll(/\.([_A-Za-z]\w*)/g)].map(([, name = '']) => name);
  return [...quoted, ...dotted, ...(text.match(WORD) ?? []).filter(isNoPlainWord)];
}

const WORD = /[_A-Za-z]\w*/g;

/** What is written in small letters only may be a word like any other. */
function isNoPlainWord(word: string): boolean {
  return /[A-Z_\d]/.test(word);
}

function namesOf(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set(schema.getDirectives().map(({ name }) => name));
  for (const { name } of elementsOf(schema)) if (name !== undefined) names.add(name);
  for (const name of Object.keys(schema.getTypeMap())) names.add(name);
  return names;
}

function* elementsOf(schema: GraphQLSchema): Generator<Described> {
  yield schema as Described;
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    yield directive;
    yield* directive.args;
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    yield type;
    yield* membersOf(type);
  }
}

function* membersOf(type: GraphQLNamedType): Generator<Described> {
  if (isEnumType(type)) yield* type.getValues();
  if (!('getFields' in type)) return;
  for (const field of Object.values(type.getFields())) {
    yield field;
    if ('args' in field) yield* field.args;
  }
}
