import { AmbitError } from '../errors.ts';
import { parseWithAnyCaveats } from '../grants/grants.ts';
import type { CredentialProblem } from '../http/challenge.ts';
import type { Grants } from '../types.ts';

/** Grants that can be revoked before they expire: whatever is open ends when `signal` is aborted. */
export interface RevocableGrants {
  readonly grants: Grants;
  readonly signal?: AbortSignal | undefined;
}

/** What the hook may answer. Null and undefined mean that the credential is not known. */
export type GrantsAnswer = Grants | RevocableGrants | null | undefined;

/** Turns the context of a request into grants. */
export type GrantsHook<Context> = (context: Context) => GrantsAnswer | Promise<GrantsAnswer>;

const UNKNOWN: CredentialProblem = { problem: 'invalid_token', message: 'this token is not valid' };
const MISSING: CredentialProblem = { problem: 'missing_token', message: 'a token is needed' };

/**
 * Asks the hook once for each request, and believes no answer but grants: nothing, something else and an exception
 * all mean that the credential is not known.
 */
export class Credentials<Context> {
  readonly #hook: GrantsHook<Context>;
  readonly #tell: (error: unknown) => void;
  readonly #asked = new WeakMap<object, Promise<RevocableGrants | CredentialProblem>>();

  constructor(hook: GrantsHook<Context>, tell: (error: unknown) => void) {
    this.#hook = hook;
    this.#tell = tell;
  }

  /** What the credential of a request holds; asked anew only where no earlier operation of the request did. */
  async of(context: Context): Promise<RevocableGrants | CredentialProblem> {
    const held = await this.#once(context);
    return 'grants' in held && held.signal?.aborted ? UNKNOWN : held;
  }

  /** What it holds by now; null where it is not known any more. */
  async again(context: Context): Promise<Grants | null> {
    const held = await this.#ask(context);
    return 'grants' in held && !held.signal?.aborted ? held.grants : null;
  }

  #once(context: Context): Promise<RevocableGrants | CredentialProblem> {
    const key = requestOf(context) ?? context;
    if (typeof key !== 'object' || key === null) return this.#ask(context);
    const known = this.#asked.get(key);
    if (known) return known;
    const asked = this.#ask(context);
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(context: Context): Promise<RevocableGrants | CredentialProblem> {
    try {
      const answer = await this.#hook(context);
      if (answer === null || answer === undefined) return sentNothing(context) ? MISSING : UNKNOWN;
      return isRevocable(answer) ? revocable(answer) : { grants: parseWithAnyCaveats(answer) };
    } catch (error) {
      this.#tell(error);
      return UNKNOWN;
    }
  }
}

function isRevocable(answer: Grants | RevocableGrants): answer is RevocableGrants {
  return typeof answer === 'object' && Object.hasOwn(answer, 'grants');
}

/** @throws AmbitError BAD_GRANTS for anything that is not understood */
function revocable({ grants, signal, ...rest }: RevocableGrants): RevocableGrants {
  if (Object.keys(rest).length > 0 || !(signal === undefined || signal instanceof AbortSignal))
    throw new AmbitError('BAD_GRANTS', 'beside `grants` there can only be `signal`, an AbortSignal');
  return { grants: parseWithAnyCaveats(grants), signal };
}

interface FetchRequest {
  readonly headers: { get(name: string): unknown };
}

/**
 * The HTTP request of a context, which the operations of a batch share. The request that opened a WebSocket is none:
 * it stays for as long as the socket, and a token that is revoked meanwhile would stay with it.
 */
function requestOf(context: unknown): FetchRequest | undefined {
  const request = member(context, 'request');
  const headers = member(request, 'headers');
  if (typeof member(headers, 'get') !== 'function') return undefined;
  const found = request as FetchRequest;
  return found.headers.get('upgrade') ? undefined : found;
}

/** RFC 6750, section 3: who sent no credential is not told that it is wrong. */
function sentNothing(context: unknown): boolean {
  const request = requestOf(context);
  return request !== undefined && !request.headers.get('authorization');
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
