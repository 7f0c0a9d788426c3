import { parseGrants } from '../grants/grants.ts';
import type { CredentialProblem } from '../http/challenge.ts';
import type { Grants } from '../types.ts';

/** Turns the context of a request into grants. */
export type GrantsHook<Context> = (
  context: Context,
) => Grants | null | undefined | Promise<Grants | null | undefined>;

/** What the hook answered for one request. */
export type Held = { readonly grants: Grants } | CredentialProblem;

const UNKNOWN: CredentialProblem = { problem: 'invalid_token', message: 'this token is not valid' };
const MISSING: CredentialProblem = { problem: 'missing_token', message: 'a token is needed' };

/**
 * Asks the hook once for each request, and believes no answer but grants: nothing, something else and an exception
 * all mean that the credential is not known.
 */
export class Credentials<Context> {
  readonly #hook: GrantsHook<Context>;
  readonly #tell: (error: unknown) => void;
  readonly #asked = new WeakMap<object, Promise<Held>>();

  constructor(hook: GrantsHook<Context>, tell: (error: unknown) => void) {
    this.#hook = hook;
    this.#tell = tell;
  }

  of(context: Context): Promise<Held> {
    const key = requestOf(context) ?? context;
    if (typeof key !== 'object' || key === null) return this.#ask(context);
    const known = this.#asked.get(key);
    if (known) return known;
    const asked = this.#ask(context);
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(context: Context): Promise<Held> {
    try {
      const answer = await this.#hook(context);
      if (answer === null || answer === undefined) return sentNothing(context) ? MISSING : UNKNOWN;
      return { grants: parseGrants(answer) };
    } catch (error) {
      this.#tell(error);
      return UNKNOWN;
    }
  }
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
