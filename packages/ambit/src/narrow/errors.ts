/** What can be wrong with a narrowing; `docs/reference/tokens.md` lists them. */
export type NarrowErrorCode = 'TOKEN_UNREADABLE' | 'CAVEAT_INVALID' | 'TOO_LARGE';

/**
 * A narrowing that cannot be done. The message says what was needed and what was had, and never repeats the token.
 */
export class NarrowError extends Error {
  override readonly name = 'NarrowError';
  readonly code: NarrowErrorCode;
  readonly suggestion: string | undefined;

  constructor(code: NarrowErrorCode, message: string, suggestion?: string) {
    super(message);
    this.code = code;
    this.suggestion = suggestion;
  }
}
