import { TokenCache } from './cache.ts';
import { hasPassed, isFor, isInstant, own } from './checks.ts';
import { claimsToGrants } from './claims.ts';
import type { IntrospectionConfig } from './config.ts';
import { type Outbound, OutboundFailed } from './outbound.ts';
import type { Verdict } from './verdict.ts';

const CACHED_TOKENS = 10_000;
/** Questions at once. Whoever sends made-up tokens must not have us call the other server without end. */
const MOST_QUESTIONS = 64;

type Answer = Readonly<Record<string, unknown>>;
type Accepted = Extract<Verdict, { readonly until: number }>;

/** One thing that has to hold of an answer of introspection. */
export interface AnswerCheck {
  readonly name: string;
  /** Where the rule is written. */
  readonly source: string;
  holds(answer: Answer, config: IntrospectionConfig, nowSeconds: number): boolean;
}

/** All that has to hold of an answer, in order. What the configuration names has to be in the answer. */
export const ANSWER_CHECKS: readonly AnswerCheck[] = [
  { name: 'active', source: 'RFC 7662, 2.2', holds: (answer) => own(answer, 'active') === true },
  {
    name: 'issuer',
    source: 'RFC 7662, 2.2',
    holds: (answer, { issuer }) => issuer === undefined || own(answer, 'iss') === issuer,
  },
  {
    name: 'audience',
    source: 'RFC 7662, 2.2; RFC 6750, 5.2',
    holds: (answer, { audience }) => audience === undefined || isFor(own(answer, 'aud'), audience),
  },
  {
    name: 'expiry',
    source: 'RFC 7662, 2.2',
    holds(answer, { clockToleranceSeconds }, now) {
      const exp = own(answer, 'exp');
      return exp === undefined || (isInstant(exp) && exp + clockToleranceSeconds > now);
    },
  },
  {
    name: 'not before',
    source: 'RFC 7662, 2.2',
    holds: (answer, { clockToleranceSeconds }, now) =>
      hasPassed(own(answer, 'nbf'), now + clockToleranceSeconds),
  },
  {
    // A refresh token is active too, and opens nothing here.
    name: 'token type',
    source: 'RFC 7662, 2.2; RFC 6749, 5.1',
    holds(answer, { requireTokenType }) {
      const type = own(answer, 'token_type');
      const use = own(answer, 'token_use');
      const isBearer = type === undefined ? !requireTokenType : isText(type, 'bearer');
      return isBearer && (use === undefined || isText(use, 'access_token'));
    },
  },
  {
    name: 'proof of possession',
    source: 'RFC 7800, 3; RFC 9449, 6.2',
    holds: (answer) => !Object.hasOwn(answer, 'cnf'),
  },
];

export interface IntrospectionParts {
  readonly config: IntrospectionConfig;
  readonly outbound: Pick<Outbound, 'postForm'>;
  readonly checks: readonly AnswerCheck[];
  readonly now: () => number;
  readonly onFailure: (reason: string) => void;
}

/**
 * A judge of opaque tokens: asks their authorization server (RFC 7662). What it says yes to is remembered for a few
 * seconds; a no, and no answer, are asked again.
 */
export function createIntrospectionJudge(parts: IntrospectionParts): (token: string) => Promise<Verdict> {
  const cache = new TokenCache<Accepted>(CACHED_TOKENS);
  const running = new Map<string, Promise<Verdict>>();
  return (token) => {
    const known = cache.get(token, parts.now());
    if (known !== undefined) return Promise.resolve(known);
    const asked = running.get(token);
    if (asked !== undefined) return asked;
    if (running.size >= MOST_QUESTIONS) {
      parts.onFailure(`${MOST_QUESTIONS} questions are waiting for their answers`);
      return Promise.resolve({ refused: 'introspection', isGenuine: false });
    }
    const question = ask(token, parts)
      .then((verdict) => {
        if ('until' in verdict && parts.config.cacheSeconds > 0) cache.set(token, verdict);
        return verdict;
      })
      .finally(() => running.delete(token));
    running.set(token, question);
    return question;
  };
}

async function ask(token: string, parts: IntrospectionParts): Promise<Verdict> {
  const { config, outbound, checks, now } = parts;
  let answer: unknown;
  try {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
    answer = await outbound.postForm(config.url, form, { authorization: basic(config) });
  } catch (error) {
    if (!(error instanceof OutboundFailed)) throw error;
    parts.onFailure(error.message);
    return { refused: 'introspection', isGenuine: false };
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    parts.onFailure('the answer is no object');
    return { refused: 'introspection', isGenuine: false };
  }
  const said = answer as Answer;
  const failed = checks.find((check) => !check.holds(said, config, now() / 1_000));
  if (failed !== undefined) return { refused: failed.name, isGenuine: own(said, 'active') === true };
  const exp = own(said, 'exp');
  const expiry = isInstant(exp) ? (exp + config.clockToleranceSeconds) * 1_000 : undefined;
  const mapped = claimsToGrants(said, config.mapping, expiry === undefined ? undefined : new Date(expiry));
  if ('refused' in mapped) return { refused: `claim: ${mapped.refused}`, isGenuine: true };
  const until = now() + config.cacheSeconds * 1_000;
  return { ...mapped, until: Math.min(expiry ?? until, until) };
}

// RFC 6749, 2.3.1: both parts are encoded as in a form before they are joined.
function basic({ clientId, clientSecret }: IntrospectionConfig): string {
  const encoded = [clientId, clientSecret].map((part) =>
    new URLSearchParams({ '': part }).toString().slice(1),
  );
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

function isText(value: unknown, lower: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === lower;
}
