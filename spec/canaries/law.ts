import type { Grants } from 'ambit';
import { type ConstDirectiveNode, type DocumentNode, valueFromASTUntyped } from 'graphql';
import type { Bundle } from './credentials.ts';
import type { Place } from './places.ts';

/** What a coordinate of the schema asks for, read off its directives word by word. */
export interface Asked {
  readonly permissions: readonly string[];
  readonly boundaryType: string;
  readonly boundaryArgument?: string;
}

/**
 * What credentials may read, written down once more, as plainly as it can be said and without any of the
 * engine: a path is covered by itself and by the groups whose path it begins with.
 */
export class Law {
  readonly #bundles: readonly Bundle[];
  readonly #rules = new Map<string, readonly Asked[]>();

  constructor(bundles: readonly Bundle[], sdl: DocumentNode) {
    this.#bundles = bundles;
    for (const node of sdl.definitions) {
      if (!('name' in node) || !node.name) continue;
      if ('directives' in node)
        this.#rules.set(node.name.value, askedBy((node.directives ?? []) as readonly ConstDirectiveNode[]));
      const inner = 'fields' in node ? (node.fields ?? []) : 'values' in node ? (node.values ?? []) : [];
      for (const one of inner)
        this.#rules.set(
          `${node.name.value}.${one.name.value}`,
          askedBy((one.directives ?? []) as readonly ConstDirectiveNode[]),
        );
    }
  }

  /** What the coordinate itself asks for. */
  asked(coordinate: string): readonly Asked[] {
    return this.#rules.get(coordinate) ?? [];
  }

  /** Whether a permission is held at the place; for an unknown one, whether it is held in any. */
  holds(grants: Grants, permission: string, place: Place): boolean {
    if (isSpent(grants)) return false;
    return (grants.granular ?? []).some(({ permissions, boundary }) => {
      const kind = typeof boundary === 'string' ? boundary : (Object.keys(boundary)[0] ?? '');
      const path = typeof boundary === 'string' ? '' : (Object.values(boundary)[0] ?? '');
      const offered = this.#bundles.filter(
        ({ name, boundaries }) => permissions.includes(name) && boundaries.includes(kind),
      );
      return offered.some((bundle) => bundle.permissions.includes(permission)) && covers(kind, path, place);
    });
  }

  /** Whether anything is held at the place, above it or below it. */
  touches(grants: Grants, place: Place): boolean {
    if (isSpent(grants)) return false;
    if (isCoarse(grants, 'query')) return true;
    const path = typeof place === 'string' ? '' : 'project' in place ? place.project : place.group;
    return (grants.granular ?? []).some(({ permissions, boundary }) => {
      if (typeof boundary === 'string') return false;
      const [kind = '', held = ''] = Object.entries(boundary)[0] ?? [];
      const isOffered = this.#bundles.some(
        ({ name, boundaries }) => permissions.includes(name) && boundaries.includes(kind),
      );
      const isBelow = typeof place !== 'string' && 'group' in place && held.startsWith(`${path}/`);
      return isOffered && (covers(kind, held, place) || isBelow);
    });
  }
}

/** Whether a credential passes for everything that permissions guard. */
export function isCoarse(grants: Grants, verb: 'query' | 'mutation'): boolean {
  if (isSpent(grants)) return false;
  return (
    grants.scopes?.includes('api') === true ||
    (verb === 'query' && grants.scopes?.includes('read_api') === true)
  );
}

/** Whether a scope speaks for this root field. */
export function isNarrow(grants: Grants, verb: 'query' | 'mutation', field: string): boolean {
  const start = `api:graphql:${verb === 'query' ? 'query' : 'mutate'}:`;
  return (
    !isSpent(grants) &&
    [`${start}${field}`, `${start}*`].some((scope) => grants.scopes?.includes(scope) === true)
  );
}

function isSpent({ expires, caveats }: Grants): boolean {
  return (expires !== undefined && Date.parse(expires) < Date.now()) || (caveats ?? []).length > 0;
}

function covers(kind: string, path: string, place: Place): boolean {
  if (place === 'unknown') return true;
  if (place === 'elsewhere') return false;
  if (typeof place === 'string') return kind === place;
  if ('project' in place)
    return (
      (kind === 'project' && path === place.project) ||
      (kind === 'group' && place.project.startsWith(`${path}/`))
    );
  return kind === 'group' && (place.group === path || place.group.startsWith(`${path}/`));
}

function askedBy(directives: readonly ConstDirectiveNode[]): Asked[] {
  return directives
    .filter(({ name }) => name.value === 'requiresPermissions')
    .map((directive) => {
      const value = Object.fromEntries(
        (directive.arguments ?? []).map((arg) => [arg.name.value, valueFromASTUntyped(arg.value)]),
      );
      return value as unknown as Asked;
    });
}
