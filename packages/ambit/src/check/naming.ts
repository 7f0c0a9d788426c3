import type { Policy } from '../compile/policy.ts';
import type { AssignableSource, PermissionSource } from '../rules/catalog.ts';
import { betterVerb } from '../rules/naming.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import { error, type Finding, warning } from './finding.ts';
import type { Use } from './uses.ts';

type Named = PermissionSource | AssignableSource;

/** Whether names say what is permitted, in the words that everybody uses, and stand where they are looked for. */
export function namingFindings(policy: Policy, uses: readonly Use[]): Finding[] {
  const { permissions, assignables } = policy.catalog;
  const placed = placedKinds(policy, uses);
  return [...permissions.values(), ...assignables.values()].flatMap((one) => [
    ...misplaced(one),
    ...('deprecated' in one && one.deprecated ? [] : [...verb(one), ...boundaryWord(one, placed)]),
  ]);
}

function verb({ name, origin }: Named): Finding[] {
  const [action = '', ...resource] = name.split('_');
  const better = betterVerb(action);
  if (!better) return [];
  const what = resource.join('_');
  const saying = {
    code: 'DISCOURAGED_VERB',
    coordinate: name,
    message:
      'verb' in better
        ? `\`${name}\` says \`${action}\` where other permissions say \`${better.verb}\``
        : `\`${name}\` does not say what is permitted: \`${action}\` may mean anything`,
    fix:
      'verb' in better
        ? `call it \`${better.verb}_${what}\``
        : `name each capability by itself, for example ${better.verbs.map((one) => `\`${one}_${what}\``).join(', ')}`,
  };
  return [warning(saying, origin)];
}

/** The place is not part of the capability: it is what a grant adds to it. `read_project` is about projects. */
function boundaryWord({ name, origin }: Named, placed: (name: string) => ReadonlySet<string>): Finding[] {
  const [action = '', ...resource] = name.split('_');
  const kinds = placed(name);
  if (kinds.has(resource.join('_'))) return [];
  const kind = [...kinds].find((one) => `_${resource.join('_')}_`.includes(`_${one}_`));
  if (kind === undefined) return [];
  const rest = `_${resource.join('_')}_`.replace(`_${kind}_`, '_').replace(/^_|_$/g, '');
  const saying = {
    code: 'BOUNDARY_IN_NAME',
    coordinate: name,
    message: `\`${name}\` names the boundary kind ${kind}, which each grant names by itself`,
    fix: `call it \`${action}_${rest}\``,
  };
  return [warning(saying, origin)];
}

/**
 * The kinds that a name has no need to repeat: all that have objects, and `user` or `instance` where the permission
 * is held there. A user is also what `read_user_profile` is about.
 */
function placedKinds(policy: Policy, uses: readonly Use[]): (name: string) => ReadonlySet<string> {
  const standalone = new Map<string, Set<string>>();
  const note = (name: string, kind: string): void => {
    if (STANDALONE_KINDS.includes(kind)) standalone.set(name, (standalone.get(name) ?? new Set()).add(kind));
  };
  for (const { permission, kind } of uses) note(permission, kind);
  for (const { name, boundaries } of policy.catalog.assignables.values())
    for (const kind of boundaries) note(name, kind);
  const configured = policy.kinds.names().filter((kind) => !STANDALONE_KINDS.includes(kind));
  return (name) => new Set([...configured, ...(standalone.get(name) ?? [])]);
}

/** People review by folder: what stands in `issue/read.yml` has to be what it looks like. */
function misplaced(one: Named): Finding[] {
  const { name, place, origin } = one;
  if (place === undefined) return [];
  const isBundle = 'boundaries' in one;
  const folders = place.split('/');
  const action = folders.pop()?.replace(/\.ya?ml$/, '') ?? '';
  const resource = folders.at(-1) ?? '';
  const depth = isBundle ? 2 : 1;
  if (folders.length === depth && name === `${action}_${resource}`) return [];
  const form = isBundle ? '<category>/<resource>/<action>.yml' : '<resource>/<action>.yml';
  const saying = {
    code: 'MISPLACED_PERMISSION',
    coordinate: name,
    message: `\`${name}\` stands in \`${place}\`, and is looked for in \`${form}\``,
    fix: fixOfPlace(name, folders, depth, `${action}_${resource}`),
  };
  return [error(saying, origin)];
}

function fixOfPlace(name: string, folders: readonly string[], depth: number, called: string): string {
  if (folders.length === depth) {
    const near = nearestPlace(name, folders.at(-1) ?? '');
    return `move it to \`${[...folders.slice(0, -1), near].join('/')}\`, or call it \`${called}\``;
  }
  const wanted = nearestPlace(name, folders.at(-1) ?? '');
  const category = folders.length > depth ? `${folders[0]}/` : '<category>/';
  return `move it to \`${depth === 1 ? '' : category}${wanted}\``;
}

/** Where the resource of a name begins is known where the folder says so; else after the first word. */
function nearestPlace(name: string, folder: string): string {
  const ends = name.endsWith(`_${folder}`) && folder !== '';
  const resource = ends ? folder : name.slice(name.indexOf('_') + 1);
  return `${resource}/${name.slice(0, -resource.length - 1)}.yml`;
}
