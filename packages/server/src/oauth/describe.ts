import type { ScopeDescriptions } from './config.ts';

const NARROW = /^api:graphql:(query|mutate|subscribe):(.+)$/;
const VERBS: Readonly<Record<string, string>> = {
  query: 'Ask',
  mutate: 'Change by',
  subscribe: 'Be told of',
};
const COARSE: Readonly<Record<string, string>> = {
  api: 'Read and change everything that this API has',
  read_api: 'Read everything that this API has',
};

/** What a scope is for, in words: those of the configuration, or what its own form says. */
export function describeScope(scope: string, descriptions: ScopeDescriptions): string | undefined {
  if (Object.hasOwn(descriptions, scope)) return descriptions[scope]?.description;
  if (Object.hasOwn(COARSE, scope)) return COARSE[scope];
  const [, verb, field] = NARROW.exec(scope) ?? [];
  if (verb === undefined || field === undefined) return undefined;
  return field === '*' ? `${VERBS[verb]} anything` : `${VERBS[verb]} ${field}`;
}
