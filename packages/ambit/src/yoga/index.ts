/** Ambit as a plugin of GraphQL Yoga and other Envelop hosts. */
export type { GrantsAnswer, GrantsHook, RevocableGrants } from './credentials.ts';
export type { AmbitPlugin } from './host.ts';
export { type UseAmbitOptions, useAmbit } from './plugin.ts';
