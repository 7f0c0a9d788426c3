import { z } from 'zod';

import type { Leak } from '../authority/leak.ts';
import { RateLimits, rateLimitHeaders } from '../authority/ratelimits.ts';
import type { Authority } from '../authority.ts';
import { type AddressOf, clientAddress } from '../clientaddress.ts';
import { ServerError } from '../errors.ts';
import type { VerifyReport } from '../leaks/github.ts';
import type { Log } from '../log.ts';
import { readShape } from '../readshape.ts';
import { networkOf } from '../tokens/address.ts';
import { bodyOf, type Described, privateJson, type Route } from './route.ts';
import { Turns } from './turns.ts';

const TAG = 'leaked tokens';
/** Calls from one address: whoever finds tokens sends many in one. */
const LIMIT = { requests: 60, seconds: 3_600 };
const MOST = 1_000;
/** Calls of one address that wait for the one before them; and when to come again where so many do. */
const WAITING = 8;
const AGAIN_SECONDS = 5;

const token = z.string().min(1).max(8_192);
const leakedShape = z.strictObject({ tokens: z.array(token).min(1).max(MOST) });
const reportShape = z
  .array(
    z.looseObject({
      token,
      type: z.string().max(200).optional(),
      url: z.string().max(10_000).nullish(),
      source: z.string().max(200).nullish(),
    }),
  )
  .max(MOST);

/** What leaked credentials are known by. */
export interface LeakParts {
  readonly authority: Pick<Authority, 'revokeLeaked'>;
  readonly isAdmin: (presented: string) => boolean;
  readonly addressOf: AddressOf;
  readonly log: Log;
}

/** What anybody may do who has found a token; GitHub too, where its reports can be verified. */
export function leakRoutes(parts: LeakParts, verify: VerifyReport | undefined): readonly Route[] {
  const limits = new RateLimits();
  const turns = new Turns(WAITING);
  const revoke: Route = {
    method: 'POST',
    path: '/api/leaks/revoke',
    guards: [],
    described: REVOKE,
    handle: async (c) => {
      // What is no list of tokens costs nothing, and uses up nothing of what others at the address may send.
      const { tokens } = await bodyOf(c.req.raw, leakedShape);
      const address = networkOf(clientAddress(c, parts.addressOf) ?? 'unknown');
      const standing = await limits.take(address, LIMIT);
      if (!standing.isWithin) throw tooMany(rateLimitHeaders('address', standing));
      if (turns.isFull(address)) {
        await limits.giveBack(address, LIMIT);
        throw tooManyAtOnce();
      }
      // Also where the client has hung up since: what was received whole is revoked, and what nobody knows costs nothing.
      const found = tokens.map((text) => ({ token: text, source: 'finder' }));
      await turns.take(address, () => revoked(parts, found));
      // The same whatever was known: this is no way to try whether a token is good.
      return privateJson(c, { received: tokens.length }, 202);
    },
  };
  return verify === undefined ? [revoke] : [revoke, githubRoute(parts, verify)];
}

function githubRoute(parts: LeakParts, verify: VerifyReport): Route {
  // What is not signed waits nowhere: others at the same address take no turn from GitHub.
  const turns = new Turns(WAITING);
  return {
    method: 'POST',
    path: '/api/leaks/github',
    guards: [],
    described: GITHUB,
    handle: async (c) => {
      const body = new Uint8Array(await c.req.raw.arrayBuffer());
      const keyIdentifier = c.req.header('github-public-key-identifier');
      const signature = c.req.header('github-public-key-signature');
      if (!(await verify({ body, keyIdentifier, signature }))) throw unsigned();
      const report = readShape(reportShape, jsonIn(body), 'This is no report of leaked tokens.');
      const found = report.map(({ token: text, url, source }) => ({
        token: text,
        source: `github ${printable(source ?? '')}`.trim(),
        url: url ? printable(url) : undefined,
      }));
      const address = networkOf(clientAddress(c, parts.addressOf) ?? 'unknown');
      if (turns.isFull(address)) throw tooManyAtOnce();
      const ours = await turns.take(address, () => revoked(parts, found));
      const labels = report.map(({ token: text, type }, index) => ({
        token_raw: text,
        token_type: type ?? '',
        label: ours[index] ? 'true_positive' : 'false_positive',
      }));
      return c.json(labels, 200, { 'cache-control': 'no-store' });
    },
  };
}

async function revoked(
  { authority, isAdmin, log }: LeakParts,
  leaks: readonly Leak[],
): Promise<readonly boolean[]> {
  const ours = await authority.revokeLeaked(leaks);
  return leaks.map(({ token: text, source, url }, index) => {
    if (!isAdmin(text)) return ours[index] === true;
    // It is a file or a setting, and nothing works without it: it cannot be ended from here.
    log.error({ source, url }, 'the admin credential was found: replace it and restart the server');
    return true;
  });
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new ServerError('INPUT_INVALID', 'The body must be JSON; it is not.');
  }
}

/** What a store keeps and a terminal shows; a strange address is no reason to leave a token alive. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, '?').slice(0, 2_000);
}

function unsigned(): ServerError {
  return new ServerError('SIGNATURE_REFUSED', 'This report is not signed with a key of GitHub.');
}

function tooMany(headers: Readonly<Record<string, string>>): ServerError {
  return new ServerError(
    'RATE_LIMITED',
    'There were too many calls from this address.',
    `One call may hold ${MOST} tokens.`,
    headers,
  );
}

function tooManyAtOnce(): ServerError {
  return new ServerError(
    'RATE_LIMITED',
    `${WAITING} calls from this address wait already. Nothing of this one was revoked.`,
    `Send them one after the other; one call may hold ${MOST} tokens.`,
    { 'retry-after': String(AGAIN_SECONDS) },
  );
}

const REVOKE: Described = {
  tag: TAG,
  who: 'anybody',
  summary:
    'Revoke tokens that were found where they should not be. Answered the same whatever is known of them.',
  body: leakedShape,
  answer: z.object({ received: z.number().int() }),
  status: 202,
  refusals: ['INPUT_INVALID', 'RATE_LIMITED'],
  example: { body: { tokens: ['$FOUND_TOKEN'] } },
};

const GITHUB: Described = {
  tag: TAG,
  who: 'anybody',
  summary: "Take a report of GitHub's secret scanning, signed by GitHub, and revoke what is in it.",
  body: reportShape,
  answer: z.array(
    z.object({
      token_raw: z.string(),
      token_type: z.string(),
      label: z.enum(['true_positive', 'false_positive']),
    }),
  ),
  refusals: ['INPUT_INVALID', 'SIGNATURE_REFUSED', 'RATE_LIMITED'],
};
