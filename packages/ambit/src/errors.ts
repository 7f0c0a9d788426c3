import { GraphQLError } from 'graphql';
import type { CaveatReason, Denial, Need, Requirement } from './types.ts';

/** Codes of everything that can be wrong with what a person gave us; `docs/reference/errors.md` lists them. */
export type AmbitErrorCode =
  | 'BAD_SCHEMA'
  | 'BAD_RULES'
  | 'BAD_CATALOG'
  | 'BAD_GRANTS'
  | 'BAD_OPERATION'
  | 'BAD_VARIABLES'
  | 'BAD_CASES'
  | 'BAD_OPTION'
  | 'UNREADABLE';

/** Where and how a mistake can be mended. */
export interface AmbitErrorDetail {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** The nearest valid name, or what to do instead. */
  readonly suggestion?: string | undefined;
}

/**
 * A misuse: input that has to be mended before Ambit can work with it.
 * A denial is never an `AmbitError`; it is a value (see `Denial`).
 */
export class AmbitError extends Error {
  readonly code: AmbitErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly suggestion: string | undefined;

  constructor(code: AmbitErrorCode, message: string, detail: AmbitErrorDetail = {}) {
    super(message);
    this.name = 'AmbitError';
    this.code = code;
    this.file = detail.file;
    this.line = detail.line;
    this.suggestion = detail.suggestion;
  }
}

/** The code that clients of federated routers already handle. */
export const DENIED_CODE = 'UNAUTHORIZED_FIELD_OR_TYPE';
/** What a mutation answers when the place it aims at is outside the grants, or is not there. */
export const NOT_FOUND_CODE = 'NOT_FOUND';

/** What every operation of a granular token is answered while granular tokens are switched off (M22). */
export const SWITCHED_OFF_CODE = 'GRANULAR_TOKENS_OFF';
/** The last word of a stream whose credential was revoked, has expired, or could not be confirmed. */
export const ENDED_CODE = 'UNAUTHENTICATED';
/** The last word of a stream that the API did not start, or broke. */
export const FAILED_CODE = 'SUBSCRIPTION_FAILED';

/** The machine-readable half of a denied field's error. */
export interface DeniedExtensions {
  readonly code: typeof DENIED_CODE;
  readonly coordinate: string;
  readonly requires: Requirement;
  readonly missing: readonly Need[];
  readonly boundary?: string;
  /** Set where a caveat of the token keeps a root field from running. */
  readonly caveat?: CaveatReason;
}

/** What an error of ours says: everything but the object, which each request gets anew. */
export interface ErrorText {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/**
 * What a client is told of a denied field. There is one error per denied field of the operation,
 * not per list item; several failing rules at one field are told together.
 *
 * @param denials every denial at one path, in the order of the rules; at least one
 * @param sentence what people read, made by `explain`
 * @param path response path of the field, with list indices where an object decided
 */
export function deniedText(
  denials: readonly [Denial, ...Denial[]],
  sentence: string,
  path: readonly (string | number)[] = denials[0].path,
): ErrorText {
  const [first] = denials;
  const missing = denials.flatMap((denial) => denial.missing);
  const caveat = denials.find((denial) => denial.caveat)?.caveat;
  const kind = boundaryKindOf(missing) ?? boundaryKindOf(first.requires.flat());
  const extensions: DeniedExtensions = {
    code: DENIED_CODE,
    coordinate: first.coordinate,
    requires: first.requires,
    missing,
    ...(kind === undefined ? {} : { boundary: kind }),
    ...(caveat === undefined ? {} : { caveat }),
  };
  return { message: sentence, path, extensions: { ...extensions } };
}

/** The one answer for a mutation whose place is outside the grants or does not resolve (M11). */
export function notFoundText(path: readonly (string | number)[]): ErrorText {
  return {
    message: 'not found, or not within what this token may reach',
    path,
    extensions: { code: NOT_FOUND_CODE },
  };
}

/** What every error of ours has in common; a `GraphQLError` of which only message, path and extensions vary. */
const LEAN: object = Object.create(GraphQLError.prototype, {
  name: { value: 'GraphQLError' },
  stack: { value: 'GraphQLError' },
  locations: { value: undefined },
  nodes: { value: undefined },
  source: { value: undefined },
  positions: { value: undefined },
  originalError: { value: undefined },
});

/**
 * A `GraphQLError` that never ran `Error`'s constructor: capturing a stack takes longer than the whole decision, and
 * a denial has no stack to tell. To `instanceof`, to `toJSON` and to graphql-js it is as any other.
 */
export function errorOf({ message, path, extensions }: ErrorText): GraphQLError {
  const error: { -readonly [Key in keyof GraphQLError]: GraphQLError[Key] } = Object.create(LEAN);
  error.message = message;
  error.path = [...path];
  error.extensions = { ...extensions };
  return error as GraphQLError;
}

/** The one answer for a credential that holds no longer, whatever ended it (M25). */
export function credentialEnded(): GraphQLError {
  return new GraphQLError('this token has expired, was revoked, or could not be confirmed', {
    extensions: { code: ENDED_CODE },
  });
}

/** A stream that the API broke. What the API says about it is not told: it may be about what is outside. */
export function subscriptionFailed(): GraphQLError {
  return new GraphQLError('the API does not carry this subscription on', {
    extensions: { code: FAILED_CODE },
  });
}

function boundaryKindOf(needs: readonly Need[]): string | undefined {
  for (const need of needs) {
    if (typeof need === 'object' && 'boundaryType' in need) return need.boundaryType;
  }
  return undefined;
}
