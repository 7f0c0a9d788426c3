import type { Grants } from 'ambit';

import { placeText } from './narrow.ts';

const VERBS: Readonly<Record<string, string>> = {
  query: 'ask the query',
  mutate: 'run the mutation',
  subscribe: 'subscribe to',
};

/** What grants allow, each in a sentence. For people: what counts is the grants. */
export function grantsInWords({
  subject,
  scopes = [],
  granular = [],
  caveats = [],
  expires,
}: Grants): string[] {
  return [
    ...scopes.map(scopeInWords),
    ...granular.map(
      ({ permissions, boundary }) => `may use ${permissions.join(', ')} in ${placeText(boundary)}`,
    ),
    ...(subject === undefined ? [] : [`acts on behalf of ${subject}`]),
    ...caveats.map((caveat) => `only where this holds: ${JSON.stringify(caveat)}`),
    ...(expires === undefined ? [] : [`ends at ${expires}`]),
  ];
}

function scopeInWords(scope: string): string {
  const [, verb = '', name = ''] = /^api:graphql:(query|mutate|subscribe):(\w+)$/.exec(scope) ?? [];
  return name === '' ? `holds the scope ${scope}` : `may ${VERBS[verb]} ${name}`;
}
