import type { Grants, GranularGrant } from 'ambit';

import { ServerError } from '../errors.ts';
import { configuredSets, type IntrospectionConfig, type IssuerConfig } from './config.ts';
import type { GranularEntry } from './mapping-config.ts';

type CheckGrants = (grants: Grants) => readonly { readonly message: string; readonly suggestion?: string }[];

/**
 * Compares what the mappings hand out with the rules. Throws `ServerError` `CONFIG_INVALID` with every name that would
 * grant nothing: in a token it would be missed by nobody but its holder.
 */
export function refuseUnusableSets(
  {
    issuers,
    introspection,
  }: {
    readonly issuers: readonly IssuerConfig[];
    readonly introspection: IntrospectionConfig | undefined;
  },
  checkGrants: CheckGrants,
): void {
  const found = [...configuredSets(issuers, introspection)].flatMap(([where, { scopes, granular }]) =>
    checkGrants({ subject: 'somebody', scopes, granular: granular.flatMap(checkable) }).map((problem) => ({
      ...problem,
      message: `\`${where}\`: ${problem.message}.`,
    })),
  );
  if (found.length === 0) return;
  const suggestions = found.flatMap(({ suggestion }) => suggestion ?? []);
  throw new ServerError(
    'CONFIG_INVALID',
    found.map(({ message }) => message).join('\n'),
    suggestions.length === 0 ? undefined : `Perhaps ${suggestions.join(', ')}.`,
  );
}

// Where a claim names the kinds as well, nothing can be known before there is a token.
function checkable(entry: GranularEntry): readonly GranularGrant[] {
  if ('boundary' in entry) return [entry];
  if (entry.kind === undefined) return [];
  return [{ permissions: entry.permissions, boundary: Object.fromEntries([[entry.kind, 'any']]) }];
}
