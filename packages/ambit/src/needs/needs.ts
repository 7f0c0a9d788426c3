import type { Policy } from '../compile/policy.ts';
import { coerceVariables } from '../plan/operations.ts';
import type { Plan } from '../plan/plan.ts';
import { assignablesWith, type Catalog } from '../rules/catalog.ts';
import { type Element, needKey, requirementOf, withoutRepeats } from '../rules/requirement.ts';
import type { GrantBoundary, Grants, GranularGrant, Need, Requirement } from '../types.ts';
import { type Asked, asks } from './asked.ts';
import { guessBoundary } from './guess.ts';

/** Why an operation needs something: the element that asks, and the line on which the operation touches it. */
export interface NeedReason {
  readonly requirement: Requirement;
  readonly coordinate: string;
  readonly line: number | null;
}

/** What an operation needs. */
export interface OperationNeeds {
  /** Any of these lists, and of one list everything; the smallest first. */
  readonly needs: Requirement;
  /**
   * The narrowest grants that carry it, but for what is `unmarked`: no coarse scope is among them. An identity that
   * only an object could tell reads `<project>`.
   */
  readonly grants: Grants;
  /** Coordinates that nobody marked: no granular token is let through there. */
  readonly unmarked: readonly string[];
  readonly because: readonly NeedReason[];
}

/** More alternatives than this help nobody. */
const MAX_ALTERNATIVES = 64;

/** What a planned operation needs, with the variables if they are known. */
export function needsOf(
  policy: Policy,
  plan: Plan,
  variables?: Readonly<Record<string, unknown>>,
): OperationNeeds {
  const coerced = variables && coerceVariables(policy.schema, plan, variables);
  const known = coerced && 'raw' in coerced ? coerced : undefined;
  const all = asks(policy, plan, known);
  const unmarked = all.filter(isCoarse).map(({ rule }) => rule.coordinate);
  const asked = unmarked.length > 0 ? withoutPermissions(all) : all;
  return {
    needs: product(asked.map(({ requires }) => requires)),
    grants: grantsFor(all, policy, plan, known),
    unmarked: [...new Set(unmarked)],
    because: all.map(({ requires, rule, use }) => ({
      requirement: requires,
      coordinate: rule.coordinate,
      line: use.occurrences[0]?.node.loc?.startToken.line ?? null,
    })),
  };
}

/** Asked of whatever nobody marked: only a coarse scope will do. */
function isCoarse({ rule }: Asked): boolean {
  return rule.elements.length === 0;
}

/** Where a coarse scope is needed anyway, it passes every permission rule as well (M16). */
function withoutPermissions(all: readonly Asked[]): Asked[] {
  return all.flatMap((one) => {
    if (isCoarse(one)) return [one];
    const elements = one.rule.elements.filter(({ kind }) => kind !== 'permissions');
    const rule = { ...one.rule, elements };
    return elements.length === 0 ? [] : [{ ...one, rule, requires: requirementOf(elements) }];
  });
}

/** All requirements at once, in any-of-all-of form, without alternatives that hold another one. */
function product(requirements: readonly Requirement[]): Requirement {
  let all: Need[][] = [[]];
  for (const requirement of requirements) {
    all = withoutWider(
      all.flatMap((left) => requirement.map((right) => withoutRepeats([...left, ...right]))),
    );
  }
  return all;
}

function withoutWider(alternatives: readonly Need[][]): Need[][] {
  const kept: { needs: Need[]; keys: Set<string> }[] = [];
  for (const needs of [...alternatives].sort((a, b) => a.length - b.length)) {
    const keys = new Set(needs.map(needKey));
    if (kept.some((one) => [...one.keys].every((key) => keys.has(key)))) continue;
    kept.push({ needs, keys });
    if (kept.length >= MAX_ALTERNATIVES) break;
  }
  return kept.map(({ needs }) => needs);
}

function grantsFor(
  asked: readonly Asked[],
  policy: Policy,
  plan: Plan,
  variables: Parameters<typeof guessBoundary>[2],
): Grants {
  const scopes = new Set<string>();
  const policies = new Set<string>();
  const places = new Map<string, { boundary: GrantBoundary; names: Set<string> }>();
  let authenticated = false;
  for (const one of asked) {
    for (const element of one.rule.elements) {
      if (element.kind === 'scopes') for (const scope of smallest(element)) scopes.add(scope);
      else if (element.kind === 'policies') for (const name of smallest(element)) policies.add(name);
      else if (element.kind === 'authenticated') authenticated = true;
      else if (element.kind === 'permissions') {
        for (const { kind, boundary } of guessBoundary(policy, one, variables, element.alternatives, plan)) {
          const key = JSON.stringify(boundary);
          const place = places.get(key) ?? { boundary, names: new Set<string>() };
          for (const name of element.names) place.names.add(grantName(policy.catalog, name, kind));
          places.set(key, place);
        }
      }
    }
  }
  const granular: GranularGrant[] = [...places.values()].map(({ boundary, names }) => ({
    permissions: [...names].sort(),
    boundary,
  }));
  return {
    ...(authenticated ? { authenticated } : {}),
    ...(scopes.size > 0 ? { scopes: [...scopes] } : {}),
    ...(policies.size > 0 ? { policies: [...policies] } : {}),
    ...(granular.length > 0 ? { granular } : {}),
  };
}

function smallest(element: Extract<Element, { anyOf: unknown }>): readonly string[] {
  return [...element.anyOf].sort((a, b) => a.length - b.length)[0] ?? [];
}

/** The assignable permission that carries a raw one in a kind of boundary; the smallest bundle there is. */
function grantName(catalog: Catalog, permission: string, kind: string): string {
  const names = assignablesWith(catalog, permission, kind);
  const size = (name: string): number => catalog.assignables.get(name)?.permissions.length ?? 1;
  return names.sort((a, b) => size(a) - size(b))[0] ?? permission;
}
