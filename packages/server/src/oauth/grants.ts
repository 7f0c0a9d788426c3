import type { TokenEndpointGrantContext } from 'oidc-provider';

import { AuthorizationPending, Provider, SlowDown } from './library.ts';
import { Polling } from './polling.ts';
import type { Together } from './together.ts';

export const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

/** Answers a request for tokens. */
export type GrantHandler = (ctx: TokenEndpointGrantContext) => Promise<void>;

/** What is done around every handler of a grant, by its name. */
export type AroundGrant = (name: string, handler: GrantHandler) => GrantHandler;

/** The library's provider with something around its grants: it registers its own in its constructor. */
export function withGrants(around: AroundGrant): typeof Provider {
  return class extends Provider {
    override registerGrantType(
      name: string,
      handler: (ctx: never) => void | Promise<void>,
      ...rest: readonly (ReadonlySet<string> | readonly string[] | string | undefined)[]
    ): void {
      const theirs: GrantHandler = async (ctx) => handler(ctx as never);
      const [params, duplicates] = rest;
      super.registerGrantType(name, around(name, theirs), params, duplicates);
    }
  };
}

/**
 * Has every grant use up and issue in one unit of work: where nothing can be issued, nothing is used up. Devices that ask
 * too often are told so.
 */
export function createAround(together: Together, now: () => Date): AroundGrant {
  const polling = new Polling();
  return (name, handler) => async (ctx) => {
    const work = name === DEVICE ? () => polled(ctx, handler, polling, now) : () => handler(ctx);
    const { steps } = await together.gather(work);
    await together.all(steps);
  };
}

// `slow_down` is a variant of `authorization_pending` (RFC 8628, section 3.5): a device that may have its token gets it.
// Only what is answered so is counted, which is a code of ours, of this client, that is not over.
async function polled(
  ctx: TokenEndpointGrantContext,
  handler: GrantHandler,
  polling: Polling,
  now: () => Date,
): Promise<void> {
  try {
    await handler(ctx);
  } catch (error) {
    if (!(error instanceof AuthorizationPending)) throw error;
    throw polling.isTooSoon(String(ctx.oidc.params['device_code']), now()) ? new SlowDown() : error;
  }
}
