import type { Policy } from '../compile/policy.ts';
import { nearest } from '../coordinates.ts';
import type { Grants } from '../types.ts';
import { understoodCaveats } from './caveats.ts';
import type { GrantProblem } from './checkgrants.ts';
import { placeOf } from './held.ts';

/** What caveats name and this policy does not know: it leaves nothing, and was mostly meant to leave something. */
export function checkCaveats(policy: Policy, grants: Grants): GrantProblem[] {
  const caveats = understoodCaveats(grants.caveats);
  if (!caveats) return [{ message: 'the caveats are not understood; nothing is left of these grants' }];
  return caveats.flatMap(({ operations, permissions, boundaries }) => [
    ...(operations ?? []).flatMap((name) => operationProblem(policy, name) ?? []),
    ...(permissions ?? []).flatMap((name) => permissionProblem(policy, name) ?? []),
    ...(boundaries ?? []).flatMap((boundary) => {
      if (placeOf(boundary, policy.kinds) !== undefined) return [];
      return [
        {
          message: `\`${JSON.stringify(boundary)}\` in a caveat names no place of this API; nothing is left there`,
        },
      ];
    }),
  ]);
}

function operationProblem({ schema }: Policy, name: string): GrantProblem | undefined {
  const [verb = '', field = ''] = name.split(':');
  const roots = {
    query: schema.getQueryType(),
    mutate: schema.getMutationType(),
    subscribe: schema.getSubscriptionType(),
  };
  const fields = Object.keys(roots[verb as keyof typeof roots]?.getFields() ?? {});
  if (field === '*' || fields.includes(field)) return undefined;
  const near = nearest(field, fields);
  return {
    message: `\`${name}\` in a caveat names no root field of this API`,
    ...(near === undefined ? {} : { suggestion: `${verb}:${near}` }),
  };
}

function permissionProblem({ catalog, rules }: Policy, name: string): GrantProblem | undefined {
  const { assignables, permissions } = catalog;
  const asked = [...rules.values()].flatMap(({ elements }) =>
    elements.flatMap((element) => (element.kind === 'permissions' ? element.names : [])),
  );
  const known = assignables.size > 0 ? assignables : permissions.size > 0 ? permissions : new Set(asked);
  if (known.has(name)) return undefined;
  const near = nearest(name, known.keys());
  return {
    message: `\`${name}\` in a caveat is no permission that could be granted`,
    ...(near === undefined ? {} : { suggestion: near }),
  };
}
