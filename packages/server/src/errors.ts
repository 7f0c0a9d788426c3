/** Codes of everything that the server and its command can have against what they were given. */
export type ServerErrorCode =
  | 'USAGE'
  | 'INPUT_INVALID'
  | 'CONFIG_INVALID'
  | 'ROOT_KEY_UNSAFE'
  | 'ROOT_KEY_INVALID'
  | 'ROOT_KEY_LOST'
  | 'ROOT_KEY_WITHDRAWN'
  | 'ADMIN_TOKEN_UNSAFE'
  | 'ADMIN_TOKEN_MISSING'
  | 'STORE_LOCKED'
  | 'STORE_MOVED'
  | 'STORE_UNKNOWN'
  | 'STORE_UNUSABLE'
  | 'STORE_UNREACHABLE'
  | 'STORE_NOT_EMPTY'
  | 'EXPORT_INVALID'
  | 'PORT_UNUSABLE'
  | 'SERVER_UNREACHABLE'
  | 'GRANTS_REFUSED'
  | 'EXPIRY_REFUSED'
  | 'TOKEN_UNKNOWN'
  | 'CLIENT_UNKNOWN'
  | 'SCOPE_UNDESCRIBED'
  | 'OAUTH_KEYS_UNSAFE'
  | 'OAUTH_KEYS_INVALID'
  | 'OAUTH_KEYS_LOST'
  | 'PERSON_UNKNOWN'
  | 'PERSON_EXISTS'
  | 'PERSON_ELSEWHERE'
  | 'TOKEN_ROTATED'
  | 'TOKEN_ENDED'
  | 'TOKEN_REQUIRED'
  | 'TOKEN_NARROWED'
  | 'RATE_LIMITED'
  | 'SIGNATURE_REFUSED'
  | 'ADMIN_REQUIRED'
  | 'HOST_REFUSED'
  | 'ORIGIN_REFUSED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TOO_LARGE'
  | 'INTERNAL';

/** What one error code means outside: the HTTP status of the admin API and the exit code of the command. */
interface Meaning {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 503;
  /** 1 refused, 2 usage or unreachable, 70 a defect of ours. */
  readonly exit: 1 | 2 | 70;
}

/** Every code in one table. */
const MEANINGS: Readonly<Record<ServerErrorCode, Meaning>> = {
  USAGE: { status: 400, exit: 2 },
  INPUT_INVALID: { status: 400, exit: 2 },
  CONFIG_INVALID: { status: 500, exit: 2 },
  ROOT_KEY_UNSAFE: { status: 500, exit: 2 },
  ROOT_KEY_INVALID: { status: 500, exit: 2 },
  ROOT_KEY_LOST: { status: 500, exit: 2 },
  ROOT_KEY_WITHDRAWN: { status: 503, exit: 2 },
  ADMIN_TOKEN_UNSAFE: { status: 500, exit: 2 },
  ADMIN_TOKEN_MISSING: { status: 500, exit: 2 },
  STORE_LOCKED: { status: 503, exit: 2 },
  STORE_MOVED: { status: 503, exit: 2 },
  STORE_UNKNOWN: { status: 500, exit: 2 },
  STORE_UNUSABLE: { status: 500, exit: 2 },
  STORE_UNREACHABLE: { status: 503, exit: 2 },
  STORE_NOT_EMPTY: { status: 500, exit: 1 },
  EXPORT_INVALID: { status: 400, exit: 1 },
  PORT_UNUSABLE: { status: 500, exit: 2 },
  SERVER_UNREACHABLE: { status: 503, exit: 2 },
  GRANTS_REFUSED: { status: 422, exit: 1 },
  EXPIRY_REFUSED: { status: 422, exit: 1 },
  TOKEN_UNKNOWN: { status: 404, exit: 1 },
  CLIENT_UNKNOWN: { status: 404, exit: 1 },
  SCOPE_UNDESCRIBED: { status: 422, exit: 1 },
  OAUTH_KEYS_UNSAFE: { status: 500, exit: 2 },
  OAUTH_KEYS_INVALID: { status: 500, exit: 2 },
  OAUTH_KEYS_LOST: { status: 500, exit: 2 },
  PERSON_UNKNOWN: { status: 404, exit: 1 },
  PERSON_EXISTS: { status: 409, exit: 1 },
  PERSON_ELSEWHERE: { status: 409, exit: 1 },
  TOKEN_ROTATED: { status: 409, exit: 1 },
  TOKEN_ENDED: { status: 409, exit: 1 },
  TOKEN_REQUIRED: { status: 401, exit: 2 },
  TOKEN_NARROWED: { status: 403, exit: 1 },
  RATE_LIMITED: { status: 429, exit: 1 },
  SIGNATURE_REFUSED: { status: 403, exit: 1 },
  ADMIN_REQUIRED: { status: 401, exit: 2 },
  HOST_REFUSED: { status: 403, exit: 2 },
  ORIGIN_REFUSED: { status: 403, exit: 2 },
  NOT_FOUND: { status: 404, exit: 2 },
  METHOD_NOT_ALLOWED: { status: 405, exit: 2 },
  BODY_TOO_LARGE: { status: 413, exit: 2 },
  INTERNAL: { status: 500, exit: 70 },
};

/** The JSON form of an error, the same from the admin API and from the command. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly suggestion?: string;
    readonly file?: string;
    readonly line?: number;
  };
}

/** Something that somebody has to change: said in a sentence, with what to do. Never holds a secret. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;
  readonly suggestion: string | undefined;
  /** What an answer over HTTP says besides, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ServerErrorCode,
    message: string,
    suggestion?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.suggestion = suggestion;
    this.headers = headers;
  }

  get status(): Meaning['status'] {
    return MEANINGS[this.code].status;
  }

  get exit(): Meaning['exit'] {
    return MEANINGS[this.code].exit;
  }
}

/** The code as one of ours, or nothing: what a running server answered is checked before it is believed. */
export function readErrorCode(text: unknown): ServerErrorCode | undefined {
  return typeof text === 'string' && Object.hasOwn(MEANINGS, text) ? (text as ServerErrorCode) : undefined;
}

/** Code of a file-system or network error (`ENOENT`, `EADDRINUSE` ...), or nothing. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
