import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import type { OperationNeeds } from '../needs/needs.ts';
import type { AssignableSource } from '../rules/catalog.ts';
import type { GrantBoundary, Grants, GranularGrant, Need } from '../types.ts';

/** What an operation needs by name, each once: raw permissions, scopes and policies. */
export function needNames({ needs }: OperationNeeds): string[] {
  return [...new Set((needs[0] ?? []).flatMap(nameOf))];
}

function nameOf(need: Need): string[] {
  if (typeof need === 'string') return [need];
  if ('permission' in need) return [need.permission];
  return 'policy' in need ? [need.policy] : [];
}

/**
 * Grants in which identities stand where only an object could tell them.
 * @throws AmbitError BAD_OPERATION if one is not known
 */
export function placedGrants(grants: Grants, places: Readonly<Record<string, string>>): Grants {
  return mapBoundaries(grants, (boundary) => {
    if (typeof boundary === 'string') return boundary;
    const [kind = '', identity = ''] = Object.entries(boundary)[0] ?? [];
    if (identity !== `<${kind}>`) return boundary;
    const place = places[kind];
    if (place === undefined)
      throw new AmbitError(
        'BAD_OPERATION',
        `only an object tells in which ${kind} it is needed: give \`places: { ${kind}: ... }\``,
      );
    return { [kind]: place };
  });
}

/** All that can be held in the same places, but not this; and of scopes and policies the same ones without this. */
export function withoutNeed(ambit: Ambit, grants: Grants, name: string): Grants {
  const without = (names: readonly string[] = []): string[] => names.filter((one) => one !== name);
  const granular = (grants.granular ?? []).map(({ permissions, boundary }): GranularGrant => {
    const kind = typeof boundary === 'string' ? boundary : (Object.keys(boundary)[0] ?? '');
    const others = assignablesWithout(ambit, name, kind);
    return { permissions: others ?? without(permissions), boundary };
  });
  return {
    ...grants,
    scopes: without(grants.scopes),
    policies: without(grants.policies),
    granular: granular.filter(({ permissions }) => permissions.length > 0),
  };
}

/** What else is needed and can in these places only be held together with a permission, and the bundle of both. */
export function boundTo(
  ambit: Ambit,
  grants: Grants,
  name: string,
  names: readonly string[],
): { readonly other: string; readonly bundle: string } | undefined {
  const bundlesIn = ({ granular = [] }: Grants): AssignableSource[] =>
    granular
      .flatMap(({ permissions }) => permissions)
      .flatMap((one) => ambit.policy.catalog.assignables.get(one) ?? []);
  const left = new Set(bundlesIn(withoutNeed(ambit, grants, name)).flatMap(({ permissions }) => permissions));
  for (const bundle of bundlesIn(grants)) {
    if (!bundle.permissions.includes(name)) continue;
    const other = bundle.permissions.find((one) => one !== name && names.includes(one) && !left.has(one));
    if (other !== undefined) return { other, bundle: bundle.name };
  }
  return undefined;
}

/** Undefined where there is no catalogue, so that nobody knows what else there is. */
function assignablesWithout({ policy }: Ambit, name: string, kind: string): string[] | undefined {
  const assignables = [...policy.catalog.assignables.values()];
  if (assignables.length === 0) return undefined;
  return assignables
    .filter(({ permissions, boundaries }) => boundaries.includes(kind) && !permissions.includes(name))
    .map((one) => one.name);
}

/** The same grants in other places; or why that says nothing. */
export function elsewhereGrants(grants: Grants, places: Readonly<Record<string, string>>): Grants | string {
  const granular = grants.granular ?? [];
  const kinds = granular.flatMap(({ boundary }) =>
    typeof boundary === 'string' ? [] : Object.keys(boundary),
  );
  if (kinds.length === 0) return 'it needs nothing in a place';
  const unknown = kinds.filter((kind) => places[kind] === undefined);
  if (unknown.length > 0) return `\`elsewhere\` has no ${unknown[0]}`;
  return mapBoundaries(grants, (boundary) =>
    typeof boundary === 'string'
      ? boundary
      : Object.fromEntries(Object.keys(boundary).map((kind) => [kind, places[kind] ?? ''])),
  );
}

function mapBoundaries(grants: Grants, change: (boundary: GrantBoundary) => GrantBoundary): Grants {
  if (!grants.granular) return grants;
  return {
    ...grants,
    granular: grants.granular.map(({ permissions, boundary }) => ({
      permissions,
      boundary: change(boundary),
    })),
  };
}
