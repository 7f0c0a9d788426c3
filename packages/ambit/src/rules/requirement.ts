import type { Effect, Need, Origin, Requirement } from '../types.ts';
import type { BoundaryPath } from './boundarypath.ts';

/** One place where permissions may hold: a kind, and how the boundary is found. */
export interface Alternative {
  readonly boundaryType: string;
  /** Selection path to the identity, from the object (or the looked-up object). */
  readonly boundary?: BoundaryPath;
  /** Path into the arguments of the field: `['input', 'projectPath']`. */
  readonly argument?: readonly string[];
}

/** One part of a rule. All elements of a rule have to hold. */
export type Element =
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'policies'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'authenticated' }
  | {
      readonly kind: 'permissions';
      readonly names: readonly string[];
      readonly alternatives: readonly Alternative[];
    }
  | { readonly kind: 'never' };

/** What one coordinate asks for by itself, compiled. */
export interface Rule {
  readonly coordinate: string;
  readonly elements: readonly Element[];
  readonly public: boolean;
  readonly inherits: boolean;
  readonly requires: Requirement;
  /** What a denial by this rule does, where that differs from the engine's effect. */
  readonly effect?: Effect;
  readonly origin: Origin;
}

/** Standalone kinds: the token's own subject, and the whole API. */
export const STANDALONE_KINDS: readonly string[] = ['user', 'instance'];

/** More alternatives than this in one rule are a mistake, or an attack on whoever prints them. */
const MAX_ALTERNATIVES = 64;

/** The elements of one rule multiplied out to any-of-all-of form. */
export function requirementOf(elements: readonly Element[]): Requirement {
  let product: Need[][] = [[]];
  for (const element of elements) {
    const choices = elementChoices(element);
    product = product
      .flatMap((left) => choices.map((right) => [...left, ...right]))
      .slice(0, MAX_ALTERNATIVES);
  }
  return product.map(withoutRepeats);
}

function elementChoices(element: Element): Need[][] {
  switch (element.kind) {
    case 'scopes':
      return element.anyOf.filter((all) => all.length > 0).map((all) => [...all]);
    case 'policies':
      return element.anyOf.filter((all) => all.length > 0).map((all) => all.map((policy) => ({ policy })));
    case 'authenticated':
      return [[{ authenticated: true }]];
    case 'permissions':
      return element.alternatives.map(({ boundaryType }) =>
        element.names.map((permission) => ({ permission, boundaryType })),
      );
    case 'never':
      return [];
  }
}

/** A key under which equal needs are equal. */
export function needKey(need: Need): string {
  if (typeof need === 'string') return `scope ${need}`;
  if ('permission' in need) return `permission ${need.boundaryType} ${need.permission}`;
  return 'policy' in need ? `policy ${need.policy}` : 'authenticated';
}

/** The needs of one alternative, each once, order kept. */
export function withoutRepeats(needs: readonly Need[]): Need[] {
  const seen = new Map<string, Need>();
  for (const need of needs) if (!seen.has(needKey(need))) seen.set(needKey(need), need);
  return [...seen.values()];
}
