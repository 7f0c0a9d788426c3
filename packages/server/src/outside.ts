import type { Upstream, UpstreamAnswer } from 'ambit/gateway';

import type { Config } from './config.ts';
import { createForeignTokens, type ForeignTokens } from './foreign/foreign.ts';
import { sharedSubjects } from './foreign/subjects.ts';
import type { Log } from './log.ts';
import { createUpstream, UnusableAnswer } from './upstream.ts';

/** Whom the server calls: the API, and other issuers where there are any. */
export interface Outside {
  readonly upstream: Upstream;
  readonly foreign: ForeignTokens | undefined;
  close(): Promise<void>;
}

/** Opens the ways to everybody whom the configuration names. */
export function reachOut(config: Config, log: Log): Outside {
  const { upstream: api, limits, issuers, introspection } = config;
  const upstream = createUpstream({
    ...api,
    timeoutMs: limits.upstreamMs,
    answerBytes: limits.answerBytes,
  });
  const hasOthers = issuers.length > 0 || introspection !== undefined;
  const shared = sharedSubjects(config);
  if (shared.length > 0)
    log.warn(
      { issuers: shared },
      'subjects of these issuers are taken as they are: one that a person of this server has too is that person to the API; say `subjectPrefix`',
    );
  const foreign = hasOthers ? createForeignTokens({ issuers, introspection, log }) : undefined;
  return {
    upstream: (call) =>
      upstream.call(call).then(
        (answer) => tellStatus(answer, log),
        (error: unknown) => tellFailure(error, log),
      ),
    foreign,
    async close() {
      await Promise.all([upstream.close(), foreign?.close()]);
    },
  };
}

// An API that refuses the gateway itself says so by its status; the client is not told, and cannot mend it.
function tellStatus(answer: UpstreamAnswer, log: Log): UpstreamAnswer {
  const { status } = answer;
  if (status === 401)
    log.warn({ status }, "the API refused the gateway's credential; see `upstream.headers`");
  else if (status >= 300 && status !== 400 && status !== 422)
    log.warn({ status }, 'the API answered with this status');
  return answer;
}

// The client is told only that there was no answer it could have; whoever runs the server has to know why.
function tellFailure(error: unknown, log: Log): never {
  const reason = error instanceof Error ? error.message : String(error);
  const answered = error instanceof UnusableAnswer;
  log.warn({ reason }, answered ? 'the answer of the API cannot be used' : 'the API did not answer');
  throw error;
}
