import type { Grants, GranularGrant } from 'ambit';

/** What somebody asks to be left of what a credential holds. What is not named of a kind is not asked for. */
export interface NarrowRequest {
  readonly scopes?: readonly string[];
  readonly granular?: readonly GranularGrant[];
}

/** What was given of a request, and a sentence for each part that was not. */
export interface Narrowed {
  readonly grants: Grants;
  readonly refused: readonly { readonly message: string }[];
}

/**
 * Gives of a request what a parent holds, never more. Every token that comes out of another credential, and every
 * token of a client, goes through one of these.
 */
export type Narrow = (parent: Grants, request: NarrowRequest) => Narrowed;

/**
 * The strictest meaning: a scope is held where the parent has the same text, a permission where the parent has it in an
 * equal boundary. A parent with caveats gives nothing here, since this does not read them.
 */
export const narrowExactly: Narrow = (parent, request) => {
  const isBarred = parent.caveats !== undefined && parent.caveats.length > 0;
  const { scopes: held = [], granular = [] } = isBarred ? {} : parent;
  const asked = [...new Set(request.scopes)];
  const parts = (request.granular ?? []).flatMap(({ permissions, boundary }) =>
    [...new Set(permissions)].map((permission) => ({ permission, boundary })),
  );
  const holds = ({ permission, boundary }: (typeof parts)[number]): boolean =>
    granular.some(
      (grant) =>
        JSON.stringify(grant.boundary) === JSON.stringify(boundary) && grant.permissions.includes(permission),
    );
  const given = parts.filter(holds);
  const places = new Map(given.map(({ boundary }) => [JSON.stringify(boundary), boundary]));
  return {
    grants: {
      scopes: asked.filter((scope) => held.includes(scope)),
      granular: [...places].map(([key, boundary]) => ({
        permissions: given.flatMap((one) => (JSON.stringify(one.boundary) === key ? [one.permission] : [])),
        boundary,
      })),
    },
    refused: [
      ...asked.flatMap((scope) => (held.includes(scope) ? [] : { message: `\`${scope}\` is not held` })),
      ...parts.flatMap((one) => (holds(one) ? [] : { message: `\`${one.permission}\` is not held there` })),
    ],
  };
};
