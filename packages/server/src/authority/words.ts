import type { Grants } from 'ambit';
import type { Caveat } from 'ambit/narrow';

import { placeText } from './place.ts';

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
    ...caveats.flatMap(caveatInWords),
    ...(expires === undefined ? [] : [`ends at ${expires}`]),
  ];
}

const MANY: Readonly<Record<string, string>> = {
  query: 'every query',
  mutate: 'every mutation',
  subscribe: 'every subscription',
};
const ONE: Readonly<Record<string, string>> = {
  query: 'the query',
  mutate: 'the mutation',
  subscribe: 'the subscription',
};

/** What one caveat leaves. Several of them all count. */
function caveatInWords(caveat: Caveat): string[] {
  const { operations, permissions, scopes, boundaries, readOnly, expires, address, label } = caveat;
  return [
    ...(label === undefined ? [] : [`is for: ${label}`]),
    ...(operations === undefined ? [] : [`may run only ${operations.map(operationInWords).join(', ')}`]),
    ...(permissions === undefined ? [] : [`may use only the permissions ${permissions.join(', ')}`]),
    ...(scopes === undefined ? [] : [`keeps only the scopes ${scopes.join(', ')}`]),
    ...(boundaries === undefined
      ? []
      : [`may use permissions only in ${boundaries.map(placeText).join(', ')}`]),
    ...(readOnly === true ? ['may run no mutation'] : []),
    ...(address === undefined ? [] : [`may be used only from ${address.join(', ')}`]),
    ...(expires === undefined ? [] : [`was narrowed to end at ${expires}`]),
  ];
}

function operationInWords(operation: string): string {
  const [verb = '', name = ''] = operation.split(':');
  return name === '*' ? (MANY[verb] ?? operation) : `${ONE[verb] ?? verb} ${name}`;
}

function scopeInWords(scope: string): string {
  const [, verb = '', name = ''] = /^api:graphql:(query|mutate|subscribe):(\w+)$/.exec(scope) ?? [];
  return name === '' ? `holds the scope ${scope}` : `may ${VERBS[verb]} ${name}`;
}
