/** A place as it is named: one kind, and an identity of that kind. */
export type PlaceName = Readonly<Record<string, string>>;

/** What a source says about one place. */
export interface PlaceAnswer {
  /** The identity that the place keeps when it is renamed, and that no other place ever gets. */
  readonly id: string;
  /** Everything that the place lies in, nearest first, each by the id that it keeps. Default: nothing. */
  readonly above?: readonly PlaceName[] | undefined;
}

/**
 * Tells which places are meant: for a list of identities of one kind, as grants, arguments and objects have them, one
 * answer each, in their order; null where there is no such place. Asked in batches and with the API's own right, never
 * for two credentials together. In process `context` is the request's context value, in the gateway its `Request`.
 */
export type PlaceSource = (
  identities: readonly string[],
  context: unknown,
) => readonly (PlaceAnswer | null | undefined)[] | Promise<readonly (PlaceAnswer | null | undefined)[]>;

/** Answers about places that are known beforehand: by kind, then by identity as written. */
export type PlaceTable = Readonly<Record<string, Readonly<Record<string, PlaceAnswer | null>>>>;

/** What nests deeper is no place: nothing that people make does. */
export const MAX_LEVELS = 64;

/**
 * Stands where something names a boundary that cannot be told: it failed, was too much, or is no identity. Unlike null,
 * which says that there is none, it is no reason to look elsewhere. No kind has a place of this name.
 */
export const NO_IDENTITY = '';

/** An identity as text; undefined for what is none. */
export function textOf(identity: unknown): string | undefined {
  if (typeof identity === 'number' && Number.isSafeInteger(identity)) return String(identity);
  return typeof identity === 'string' && identity !== '' ? identity : undefined;
}

/** What was read where an identity stands: null for none, `NO_IDENTITY` for what is no text and no whole number. */
export function identityOf(value: unknown): string | null {
  return value === null ? null : (textOf(value) ?? NO_IDENTITY);
}
