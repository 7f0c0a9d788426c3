import type { LookupFunction } from 'node:net';

import type { Grants } from 'ambit';

import type { Log } from '../log.ts';
import { JWT_CHECKS, type JwtCheck, type KnownIssuer } from './checks.ts';
import type { IntrospectionConfig, IssuerConfig } from './config.ts';
import { ANSWER_CHECKS, type AnswerCheck, createIntrospectionJudge } from './introspect.ts';
import { createJwtJudge, looksLikeJwt } from './jwt.ts';
import { IssuerKeys } from './keys.ts';
import { findKeySet } from './metadata.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import type { Verdict } from './verdict.ts';

const KEYS_MS = 5_000;

export interface ForeignParts {
  readonly issuers: readonly IssuerConfig[];
  readonly introspection: IntrospectionConfig | undefined;
  readonly log: Log;
  /** Milliseconds since the epoch; for tests. */
  readonly now?: (() => number) | undefined;
  /** How names are looked up; for tests. */
  readonly lookup?: LookupFunction | undefined;
  /** What has to hold of a token and of an answer; fewer only in tests, which show that each is needed. */
  readonly jwtChecks?: readonly JwtCheck[] | undefined;
  readonly answerChecks?: readonly AnswerCheck[] | undefined;
}

/** The door for tokens that somebody else issued. */
export interface ForeignTokens {
  /** The grants of a token; nothing when it is not good, whatever is wrong with it. The log says which check failed. */
  authenticate(token: string): Promise<Grants | undefined>;
  close(): Promise<void>;
}

/**
 * Takes tokens of configured issuers: a signed JWT is checked here, any other text by asking its authorization server.
 * Where no issuer is configured, JWTs are asked about too.
 */
export function createForeignTokens(parts: ForeignParts): ForeignTokens {
  const { introspection, log, now = Date.now } = parts;
  const outbounds: Outbound[] = [];
  const outbound = (allowPrivateNetwork: boolean, timeoutMs: number): Outbound => {
    const made = createOutbound({ allowPrivateNetwork, timeoutMs, lookup: parts.lookup });
    outbounds.push(made);
    return made;
  };
  const issuers = new Map(
    parts.issuers.map((config) => [
      config.issuer,
      knownIssuer(config, outbound(config.allowPrivateNetwork, KEYS_MS), log, now),
    ]),
  );
  const judgeJwt = createJwtJudge({ issuers, checks: parts.jwtChecks ?? JWT_CHECKS, now });
  const judgeOpaque =
    introspection === undefined
      ? undefined
      : createIntrospectionJudge({
          config: introspection,
          outbound: outbound(introspection.allowPrivateNetwork, introspection.timeoutMs),
          checks: parts.answerChecks ?? ANSWER_CHECKS,
          now,
          onFailure: (reason) => log.warn({ reason }, 'a token could not be introspected'),
        });
  const judge = (token: string): Promise<Verdict> | Verdict => {
    if (issuers.size > 0 && looksLikeJwt(token)) return judgeJwt(token);
    const isAsked = judgeOpaque !== undefined && token.startsWith(introspection?.prefix ?? '');
    return isAsked ? judgeOpaque(token) : { refused: 'form', isGenuine: false };
  };
  return {
    async authenticate(token) {
      try {
        return told(await judge(token), log);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.error({ reason }, 'a token of another issuer was refused by a defect of ours');
        return undefined;
      }
    },
    close: async () => {
      await Promise.all(outbounds.map((one) => one.close()));
    },
  };
}

function knownIssuer(config: IssuerConfig, outbound: Outbound, log: Log, now: () => number): KnownIssuer {
  const { issuer, jwks } = config;
  const keys = new IssuerKeys({
    fetch: async () => outbound.getJson(jwks ?? (await findKeySet(issuer, outbound))),
    now,
    onFailure: (reason) => log.warn({ issuer, reason }, 'the keys of an issuer could not be fetched'),
  });
  return { config, keys };
}

// Neither the token nor what it says is told. Whoever sends made-up tokens could fill the log, so those are for debugging.
function told(verdict: Verdict, log: Log): Grants | undefined {
  if ('refused' in verdict) {
    const line = { check: verdict.refused };
    if (verdict.isGenuine) log.info(line, 'token of another issuer refused');
    else log.debug(line, 'token of another issuer refused');
    return undefined;
  }
  if (verdict.droppedScopes > 0) {
    log.debug(
      { scopes: verdict.droppedScopes },
      'scopes of another issuer left out, since `trustAmbitScopes` is not set for it',
    );
  }
  return verdict.grants;
}
