import { many } from './names.ts';
import { ancestorsOf } from './paths.ts';
import type { Places } from './places.ts';
import type { ProposedBundle, ProposedPermission, ProposedRule } from './proposal.ts';
import { plural } from './words.ts';

/** The permissions for which rules ask, by name. */
export function permissionsOf(
  rules: readonly ProposedRule[],
  order: readonly string[],
): ProposedPermission[] {
  const kinds = new Map<string, Set<string>>();
  for (const { names, boundaryType } of rules.flatMap(({ permissions }) => permissions ?? []))
    for (const name of names) kinds.set(name, (kinds.get(name) ?? new Set()).add(boundaryType));
  return [...kinds.keys()].sort().map((name) => {
    const [action = '', ...rest] = name.split('_');
    const resource = rest.join('_');
    const where = order.filter((kind) => kinds.get(name)?.has(kind));
    return { name, action, resource, description: description(action, resource), kinds: where };
  });
}

/** Each permission in a bundle of its own, offered where rules ask for it and in what is above. */
export function bundlesOf(permissions: readonly ProposedPermission[], places: Places): ProposedBundle[] {
  return permissions.map(({ name, action, resource, description: text, kinds }) => {
    const above = kinds.flatMap((kind) => {
      const known = places.kinds.find((one) => one.name === kind);
      return known ? ancestorsOf(known, places) : [];
    });
    return {
      name,
      category: kinds[0] ?? 'instance',
      action,
      resource,
      description: text.replace(/\.$/, ''),
      permissions: [name],
      boundaries: [...new Set([...kinds, ...above])],
    };
  });
}

function description(action: string, resource: string): string {
  const verb = action === 'read' ? 'See' : `${action[0]?.toUpperCase() ?? ''}${action.slice(1)}`;
  const words = resource.split('_');
  const last = words.at(-1) ?? '';
  return `${verb} ${plural(last) === last ? words.join(' ') : many(resource)}.`;
}
