import type { Policy } from '../compile/policy.ts';
import type { AssignableSource, PermissionSource } from '../rules/catalog.ts';
import type { Origin } from '../types.ts';
import { error, type Finding, warning } from './finding.ts';
import { coordinateLike } from './resemblance.ts';

/** A permission as some rule asks for it: where it has to hold, and who asks. */
interface Use {
  readonly permission: string;
  readonly kind: string;
  readonly coordinate: string;
  readonly origin: Origin;
}

/** Whether catalogue and rules fit each other: everything asked for can be granted, everything granted is asked for. */
export function catalogFindings(policy: Policy): Finding[] {
  const uses = usesOf(policy);
  const used = new Set(uses.map(({ permission }) => permission));
  const { permissions } = policy.catalog;
  return [
    ...distinct(uses).flatMap((use) => ungrantable(policy, use) ?? []),
    ...[...permissions.values()]
      .filter(({ name }) => !used.has(name))
      .map((permission) => unused(policy, permission)),
  ];
}

function usesOf(policy: Policy): Use[] {
  return [...policy.rules.values()].flatMap(({ coordinate, origin, elements }) =>
    elements.flatMap((element) =>
      element.kind !== 'permissions'
        ? []
        : element.names.flatMap((permission) =>
            element.alternatives.map(
              ({ boundaryType }): Use => ({ permission, kind: boundaryType, coordinate, origin }),
            ),
          ),
    ),
  );
}

/** One finding for each permission and kind, at the first rule that asks. */
function distinct(uses: readonly Use[]): Use[] {
  return [
    ...new Map([...uses].reverse().map((use) => [`${use.kind} ${use.permission}`, use])).values(),
  ].reverse();
}

function ungrantable(policy: Policy, { permission, kind, coordinate, origin }: Use): Finding | undefined {
  const { assignables } = policy.catalog;
  if (assignables.size === 0) return undefined;
  const bundles = [...assignables.values()].filter(
    (one) => !one.deprecated && one.permissions.includes(permission),
  );
  if (
    bundles.some(({ boundaries }) =>
      boundaries.some((upper) => policy.kinds.canContain(upper, kind) || upper === kind),
    )
  )
    return undefined;
  const [bundle] = bundles;
  const saying = bundle
    ? notOffered(permission, kind, coordinate, bundle)
    : notBundled(permission, kind, coordinate);
  return error({ code: 'UNGRANTABLE', coordinate, ...saying }, bundle?.origin ?? origin);
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

function unused(policy: Policy, { name, origin }: PermissionSource): Finding {
  const like = coordinateLike(policy.schema, name);
  const saying = {
    code: 'UNUSED_PERMISSION',
    coordinate: name,
    message: `no rule asks for the permission \`${name}\`: granting it gives nothing, and whatever it was meant to guard is not guarded by it`,
    fix: `bring back the rule that asked for it${like === undefined ? '' : ` (at \`${like}\`?)`}, or remove it from the catalogue`,
  };
  return warning(saying, origin);
}
