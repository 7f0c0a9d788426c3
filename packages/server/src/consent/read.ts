import type { GranularGrant } from 'ambit';

import type { ConsentDecision, Consented, ConsentView } from './view.ts';

const NOTHING_TICKED = 'Nothing is ticked. Tick at least one thing, or choose “Deny” to allow nothing.';
const NOT_SHOWN = 'The form held something that this page did not show. Look again at what is asked for.';
const NO_DECISION = 'Choose “Allow” or “Deny”.';

/**
 * What was decided on the page that `view` made. Whatever was not shown is refused as a whole, so that nobody is taken
 * to have agreed to something else than what they read; a form that says both is a denial.
 */
export function readConsent(
  form: URLSearchParams | FormData,
  view: Pick<ConsentView, 'groups'>,
): ConsentDecision {
  const decisions = form.getAll('decision');
  if (decisions.includes('deny')) return { decision: 'deny' };
  const shown = view.groups.flatMap(({ items }) => items.map(({ value }) => value));
  const sent = form.getAll('grant');
  const ticked = shown.filter((value) => sent.includes(value));
  if (sent.some((value) => typeof value !== 'string' || !shown.includes(value)))
    return { decision: 'again', error: NOT_SHOWN, ticked };
  if (decisions.length !== 1 || decisions[0] !== 'allow')
    return { decision: 'again', error: NO_DECISION, ticked };
  if (ticked.length === 0) return { decision: 'again', error: NOTHING_TICKED, ticked };
  return { decision: 'allow', values: ticked };
}

/** The scopes and grants that the values of an `allow` stand for. A value that no group has throws `RangeError`. */
export function consented(values: readonly string[], view: Pick<ConsentView, 'groups'>): Consented {
  const items = view.groups.flatMap((group) => group.items);
  const stray = values.find((value) => !items.some((item) => item.value === value));
  if (stray !== undefined) throw new RangeError('a value that was not shown cannot be granted');
  const chosen = items.filter(({ value }) => values.includes(value));
  const scopes = chosen.flatMap(({ asked }) => ('scope' in asked ? [asked.scope] : []));
  const granular: GranularGrant[] = view.groups.flatMap((group) => {
    const here = group.items.filter(({ value }) => values.includes(value));
    const permissions = here.flatMap(({ asked }) => ('permission' in asked ? [asked.permission] : []));
    const place = here.flatMap(({ asked }) => ('permission' in asked ? [asked.boundary] : []))[0];
    return place === undefined ? [] : [{ permissions, boundary: place }];
  });
  return { scopes, granular };
}
