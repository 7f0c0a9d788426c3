import type { Route } from '../api/route.ts';
import type { Log } from '../log.ts';
import type { Arrival } from '../people/arrivals.ts';
import { CALLBACK_PATH, type Elsewhere, readJourney, tellable, writeJourney } from '../people/elsewhere.ts';
import { returnPath } from '../people/returnto.ts';
import type { SignIns } from '../people/signins.ts';
import { type Pager, type Reply, Trouble } from './page.ts';
import { beginSignIn } from './people.ts';
import type { Cookies, Visit } from './visit.ts';

const JOURNEY_SECONDS = 10 * 60;

export interface ElsewherePagesParts {
  readonly page: Pager;
  readonly cookies: Cookies;
  readonly signIns: SignIns;
  readonly elsewhere: Elsewhere;
  readonly arrive: (claims: Awaited<ReturnType<Elsewhere['finish']>>) => Promise<Arrival>;
  readonly log: Log;
}

/** Signing in at another issuer. */
export function elsewherePages(parts: ElsewherePagesParts): readonly Route[] {
  return [
    parts.page('GET', '/sign-in/elsewhere', (visit) => leave(parts, visit)),
    parts.page('GET', CALLBACK_PATH, (visit) => comeBack(parts, visit)),
  ];
}

async function leave({ cookies, elsewhere, log }: ElsewherePagesParts, visit: Visit): Promise<Reply> {
  const begun = await elsewhere.begin(returnPath(visit.query.get('return'), '/account')).catch((error) => {
    log.warn(tellable(error, elsewhere.issuer), 'the issuer does not answer');
    throw new Trouble(400, `${elsewhere.name} does not answer. Try again in a moment.`);
  });
  visit.sending.push(cookies.set(cookies.elsewhere, writeJourney(begun.journey), JOURNEY_SECONDS));
  return { to: begun.to };
}

async function comeBack(parts: ElsewherePagesParts, visit: Visit): Promise<Reply> {
  const { cookies, elsewhere, arrive, log } = parts;
  const journey = readJourney(visit.cookie(cookies.elsewhere));
  if (journey === undefined)
    throw new Trouble(400, 'This sign-in was not begun in this browser, or took too long. Begin it again.');
  const search = new URL(visit.context.req.raw.url).search;
  const claims = await elsewhere.finish(search, journey).catch((error) => {
    log.warn(tellable(error, elsewhere.issuer), 'a sign-in elsewhere did not succeed');
    throw new Trouble(403, `The sign-in at ${elsewhere.name} did not succeed. Begin it again.`);
  });
  const arrival = await arrive(claims);
  if (arrival.kind === 'refused') throw new Trouble(403, arrival.sentence);
  visit.sending.push(cookies.set(cookies.elsewhere, undefined));
  await beginSignIn(parts, visit, arrival.person);
  return { to: returnPath(journey.returnTo, '/account') };
}
