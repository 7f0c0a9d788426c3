/** `action_resource`: lower case words, `_` between them, no digits, and at least two of them. */
const NAME = /^[a-z]+(?:_[a-z]+)+$/;

/** Verbs under which people mean one of the plain ones. */
const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['access', 'read'],
  ['add', 'create'],
  ['alter', 'update'],
  ['change', 'update'],
  ['destroy', 'delete'],
  ['drop', 'delete'],
  ['edit', 'update'],
  ['erase', 'delete'],
  ['fetch', 'read'],
  ['get', 'read'],
  ['insert', 'create'],
  ['list', 'read'],
  ['modify', 'update'],
  ['patch', 'update'],
  ['put', 'update'],
  ['remove', 'delete'],
  ['see', 'read'],
  ['set', 'update'],
  ['show', 'read'],
  ['view', 'read'],
]);

/** Verbs that stand for several capabilities at once, of which nobody can hold one without the others. */
const TOO_WIDE: readonly string[] = ['admin', 'administer', 'all', 'control', 'handle', 'manage', 'write'];

/** What to say instead of a verb that a permission should not begin with. */
export type BetterVerb =
  | { readonly verb: string }
  /** No single verb: it has to be taken apart into these. */
  | { readonly verbs: readonly string[] };

/** Whether a text can be the name of a permission: `action_resource`, lower case, no digits. */
export function isPermissionName(name: string): boolean {
  return NAME.test(name);
}

/** The verb that a permission should begin with in place of `action`; undefined where `action` is fine. */
export function betterVerb(action: string): BetterVerb | undefined {
  const verb = SAME_AS.get(action);
  if (verb !== undefined) return { verb };
  return TOO_WIDE.includes(action) ? { verbs: ['create', 'update', 'delete'] } : undefined;
}

/**
 * The action and the resource of a permission's name. The action is its first word; several words (`force_delete`) have
 * to be told. Undefined where the name is none, or does not begin with `action`.
 */
export function partsOf(
  name: string,
  action: string = name.split('_')[0] ?? '',
): { readonly action: string; readonly resource: string } | undefined {
  if (!isPermissionName(name) || !name.startsWith(`${action}_`)) return undefined;
  return { action, resource: name.slice(action.length + 1) };
}

/**
 * The kind of boundary that a name begins its resource with, `project` in `read_project_issue`: the place is said by
 * the grant, not by the name. The kind alone (`read_project`) is the place itself, and fine.
 */
export function boundaryWord(resource: string, kinds: Iterable<string>): string | undefined {
  for (const kind of kinds) if (resource.startsWith(`${kind}_`)) return kind;
  return undefined;
}
