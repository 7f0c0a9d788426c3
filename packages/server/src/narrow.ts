import type { Grants, GranularGrant } from 'ambit';

/** What somebody asks to be left of what a credential holds. What is not named of a kind is not asked for. */
export interface NarrowRequest {
  readonly scopes?: readonly string[] | undefined;
  readonly granular?: readonly GranularGrant[] | undefined;
}

/** What was given of a request, and what was not. */
export interface Narrowed {
  readonly grants: Grants;
  readonly refused: {
    readonly scopes: readonly string[];
    readonly granular: readonly GranularGrant[];
  };
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
  const held = new Set(isBarred ? [] : parent.scopes);
  const asked = [...new Set(request.scopes)];
  const granular = (request.granular ?? []).map((grant) =>
    split(isBarred ? [] : (parent.granular ?? []), grant),
  );
  return {
    grants: {
      scopes: asked.filter((scope) => held.has(scope)),
      granular: granular.flatMap(({ given }) => given),
    },
    refused: {
      scopes: asked.filter((scope) => !held.has(scope)),
      granular: granular.flatMap(({ refused }) => refused),
    },
  };
};

function split(
  parents: readonly GranularGrant[],
  { permissions, boundary }: GranularGrant,
): { readonly given: readonly GranularGrant[]; readonly refused: readonly GranularGrant[] } {
  const key = JSON.stringify(boundary);
  const here = parents.filter((parent) => JSON.stringify(parent.boundary) === key);
  const held = new Set(here.flatMap((parent) => parent.permissions));
  const part = (wanted: boolean): readonly GranularGrant[] => {
    const some = [...new Set(permissions)].filter((name) => held.has(name) === wanted);
    return some.length === 0 ? [] : [{ permissions: some, boundary }];
  };
  return { given: part(true), refused: part(false) };
}
