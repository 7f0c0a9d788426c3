import type { Policy } from '../compile/policy.ts';
import type { AssignableSource, PermissionSource } from '../rules/catalog.ts';
import { error, type Finding, warning } from './finding.ts';
import { type CoordinateWords, coordinateLike, coordinateWords } from './resemblance.ts';
import { distinctUses, type Use } from './uses.ts';

/** Whether catalogue and rules fit each other: everything asked for can be granted, everything granted is asked for. */
export function catalogFindings(policy: Policy, uses: readonly Use[]): Finding[] {
  const asked = distinctUses(uses);
  const used = byPermission(asked);
  const { permissions, assignables } = policy.catalog;
  const live = [...assignables.values()].filter(({ deprecated }) => !deprecated);
  const bundles = new Map(live.flatMap((bundle) => bundle.permissions.map((raw) => [raw, bundle])));
  const idle = [...permissions.values()].filter(({ name }) => !used.has(name));
  const words: CoordinateWords = idle.length === 0 ? new Map() : coordinateWords(policy.schema);
  return [
    ...asked.flatMap((use) => ungrantable(policy, use, bundles.get(use.permission)) ?? []),
    ...live.flatMap((bundle) => {
      const uses = bundle.permissions.flatMap((raw) => used.get(raw) ?? []);
      return unusedBundle(policy, bundle, uses);
    }),
    ...idle.map((permission) => unused(words, permission)),
  ];
}

function byPermission(uses: readonly Use[]): ReadonlyMap<string, readonly Use[]> {
  const found = new Map<string, Use[]>();
  for (const use of uses) {
    const others = found.get(use.permission);
    if (others) others.push(use);
    else found.set(use.permission, [use]);
  }
  return found;
}

/** A permission is in one live bundle at most. */
function ungrantable(
  policy: Policy,
  { permission, kind, coordinate, origin }: Use,
  bundle: AssignableSource | undefined,
): Finding | undefined {
  if (policy.catalog.assignables.size === 0) return undefined;
  if (bundle?.boundaries.some((upper) => reaches(policy, upper, kind))) return undefined;
  const saying = bundle
    ? notOffered(permission, kind, coordinate, bundle)
    : notBundled(permission, kind, coordinate);
  return error({ code: 'UNGRANTABLE', coordinate, ...saying }, bundle?.origin ?? origin);
}

/** Whether a grant in a boundary of kind `upper` can hold in one of `kind`. */
function reaches(policy: Policy, upper: string, kind: string): boolean {
  return upper === kind || policy.kinds.canContain(upper, kind);
}

function notBundled(permission: string, kind: string, coordinate: string): { message: string; fix: string } {
  return {
    message: `\`${coordinate}\` asks for \`${permission}\`, which no assignable permission bundles: nobody can be granted it`,
    fix: `add \`${permission}\` to an assignable permission that is offered for ${kind}`,
  };
}

function notOffered(
  permission: string,
  kind: string,
  coordinate: string,
  bundle: AssignableSource,
): { message: string; fix: string } {
  return {
    message: `\`${coordinate}\` asks for \`${permission}\` in a ${kind}, and \`${bundle.name}\` is offered for ${bundle.boundaries.join(', ')} only`,
    fix: `add ${kind} to the \`boundaries\` of \`${bundle.name}\``,
  };
}

/** A bundle that gives nothing at all, or nothing in a kind for which it is offered. */
function unusedBundle(policy: Policy, bundle: AssignableSource, uses: readonly Use[]): Finding[] {
  const { name, origin } = bundle;
  if (uses.length === 0) {
    const saying = {
      code: 'UNUSED_BUNDLE',
      coordinate: name,
      message: `no rule asks for anything that the assignable permission \`${name}\` stands for: whoever picks it is given nothing`,
      fix: 'remove it, or mark it as `deprecated: true` while tokens hold it',
    };
    return [warning(saying, origin)];
  }
  const idle = bundle.boundaries.filter((kind) => !uses.some((use) => reaches(policy, kind, use.kind)));
  const kinds = [...new Set(uses.map(({ kind }) => kind))].join(', ');
  return idle.map((kind) => {
    const saying = {
      code: 'UNUSED_BOUNDARY',
      coordinate: name,
      message: `\`${name}\` is offered for ${kind}, where it gives nothing: rules ask for what it stands for in ${kinds} only`,
      fix: `take ${kind} out of the \`boundaries\` of \`${name}\`, or mend the rules`,
    };
    return warning(saying, origin);
  });
}

function unused(words: CoordinateWords, { name, origin }: PermissionSource): Finding {
  const like = coordinateLike(words, name);
  const saying = {
    code: 'UNUSED_PERMISSION',
    coordinate: name,
    message: `no rule asks for the permission \`${name}\`: granting it gives nothing, and whatever it was meant to guard is not guarded by it`,
    fix: `bring back the rule that asked for it${like === undefined ? '' : ` (at \`${like}\`?)`}, or remove it from the catalogue`,
  };
  return warning(saying, origin);
}
