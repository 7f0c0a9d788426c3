import type { DocumentNode } from 'graphql';
import type { Ambit } from '../engine.ts';
import type { OperationNeeds } from '../needs/needs.ts';
import { needKey, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { CaveatReason, Denial, GrantBoundary, Grants, Need } from '../types.ts';

/** Something that grants hold and operations can do without. */
export type Excess = string | HeldPermission;

interface HeldPermission {
  readonly permission: string;
  readonly boundary: GrantBoundary;
}

/**
 * Something that grants lack: a need; a rule, where nothing that could be granted opens a coordinate; or that a caveat
 * of theirs keeps it from running.
 */
export type Missing = Need | { readonly rule: string } | Kept;

interface Kept {
  readonly caveat: CaveatReason;
  readonly coordinate: string;
}

/** One operation, and how far its variables are known. */
export interface Known {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** As given on the command line. */
  readonly given: Readonly<Record<string, unknown>> | undefined;
  /** The same, with stand-ins for what the operation cannot do without. */
  readonly filled: Readonly<Record<string, unknown>>;
  /** Whether there are stand-ins: then no boundary is known either. */
  readonly guessed: boolean;
}

/** What an operation needs, told from what is known of it. */
export function needsOfKnown(ambit: Ambit, { document, operationName, given }: Known): OperationNeeds {
  return ambit.needs({ document, operationName, variables: given });
}

interface Verdict {
  readonly denied: readonly Denial[];
  readonly deferred: boolean;
}

const COARSE: readonly string[] = ['api', 'read_api'];

/** What `grants` lack for one operation; nothing where the whole of it is allowed, or up to the objects. */
export function missingFor(ambit: Ambit, known: Known, grants: Grants): Missing[] {
  const { denied } = verdictOn(ambit, known, grants);
  if (denied.length === 0) return [];
  const told = denied.flatMap((denial) => missingOf(ambit, known, denial));
  const isNarrow = grants.scopes?.some((scope) => scope.startsWith('api:graphql:')) === true;
  // Below a denied field nothing more is told. What the operation as a whole needs is complete, and knows no narrow scopes.
  return merged([told, isNarrow ? [] : unheld(ambit, known, grants)]);
}

function missingOf(ambit: Ambit, known: Known, denial: Denial): readonly Missing[] {
  if (denial.caveat) return [{ caveat: denial.caveat, coordinate: denial.coordinate }];
  if (denial.requires.length > 0) {
    return denial.kind === 'outside' ? (denial.requires[0] ?? []) : denial.missing;
  }
  const coarse = needsOfKnown(ambit, known).needs.flat().find(isCoarse);
  return [coarse ?? { rule: denial.coordinate }];
}

function isCoarse(need: Need): boolean {
  return typeof need === 'string' && COARSE.includes(need);
}

function verdictOn(
  ambit: Ambit,
  { document, operationName, filled, guessed }: Known,
  grants: Grants,
): Verdict {
  const { denied, deferred } = ambit.decide({
    document,
    operationName,
    variables: filled,
    grants,
    effect: 'filter',
  });
  const certain = guessed ? denied.filter(({ kind }) => kind !== 'outside') : denied;
  return { denied: certain, deferred: deferred.length > 0 || certain.length < denied.length };
}

/** The smallest alternative of all needs, less what is held anywhere. */
function unheld(ambit: Ambit, known: Known, grants: Grants): readonly Need[] {
  const rights = ambit.stages.rights(grants);
  const isHeld = (need: Need): boolean => {
    if (typeof need === 'string') return rights.scopes.has(need);
    if ('policy' in need) return rights.policies.has(need.policy);
    return 'authenticated' in need
      ? rights.authenticated
      : rights.mayHold([need.permission], need.boundaryType) || isCarried(need.permission, need.boundaryType);
  };
  // Where no caveat limits it, a coarse scope is an alternative of its own.
  const isCarried = (permission: string, kind: string): boolean =>
    rights.coarse !== 'none' && rights.limits?.mayHold([permission], kind) === true;
  const alternatives = needsOfKnown(ambit, known).needs.map((needs) => needs.filter((need) => !isHeld(need)));
  return alternatives.sort((a, b) => a.length - b.length)[0] ?? [];
}

/** What some alternative of some operation needs. */
class Wanted {
  readonly #ambit: Ambit;
  readonly #needs: readonly Need[];
  /** What operations need that are denied something: of these nobody can tell what is idle. */
  readonly #lacking: readonly Need[];

  constructor(ambit: Ambit, operations: readonly Known[], verdicts: readonly Verdict[]) {
    const needs = operations.map((known) =>
      needsOfKnown(ambit, known).because.flatMap(({ requirement }) => requirement.flat()),
    );
    this.#ambit = ambit;
    this.#needs = needs.flat();
    this.#lacking = needs.flatMap((some, index) => (verdicts[index]?.denied.length ? some : []));
  }

  scope(scope: string): boolean {
    return !COARSE.includes(scope) && this.#needs.includes(scope);
  }

  permission(held: HeldPermission): boolean {
    return this.#needs.some((need) => this.#carries(held, need));
  }

  lacking(held: HeldPermission): boolean {
    return this.#lacking.some((need) => this.#carries(held, need));
  }

  #carries({ permission, boundary }: HeldPermission, need: Need): boolean {
    if (typeof need === 'string' || !('permission' in need)) return false;
    const { catalog, kinds } = this.#ambit.policy;
    const raw = catalog.assignables.get(permission)?.permissions ?? [permission];
    const kind = typeof boundary === 'string' ? boundary : (Object.keys(boundary)[0] ?? '');
    const isPlace = !STANDALONE_KINDS.includes(need.boundaryType);
    const isMembership = typeof boundary === 'string' && !STANDALONE_KINDS.includes(boundary);
    return (
      raw.includes(need.permission) && (isMembership ? isPlace : kinds.canContain(kind, need.boundaryType))
    );
  }
}

/**
 * What can be taken from `grants` while every operation is decided as before, but for what some alternative needs. A coarse scope always can where
 * narrower grants would do: what is found then is what else goes with it.
 */
export function excessFor(ambit: Ambit, operations: readonly Known[], grants: Grants): Excess[] {
  const excess: Excess[] = [];
  let left = grants;
  if (operations.every((known) => hasNarrowWay(ambit, known))) {
    excess.push(...(grants.scopes ?? []).filter((scope) => COARSE.includes(scope)));
    left = withoutScopes(grants, COARSE);
  }
  const verdicts = (held: Grants): Verdict[] => operations.map((known) => verdictOn(ambit, known, held));
  const before = verdicts(left);
  const isSame = (smaller: Grants): boolean => JSON.stringify(verdicts(smaller)) === JSON.stringify(before);
  const wanted = new Wanted(ambit, operations, before);
  for (const scope of left.scopes ?? []) {
    const smaller = withoutScopes(left, [scope]);
    if (wanted.scope(scope) || !isSame(smaller)) continue;
    excess.push(scope);
    left = smaller;
  }
  const objectsDecide = before.some(({ deferred }) => deferred);
  return [...excess, ...excessPermissions(left, isSame, wanted, objectsDecide)];
}

/** Whether something other than a coarse scope carries the operation. */
function hasNarrowWay(ambit: Ambit, known: Known): boolean {
  return needsOfKnown(ambit, known).needs.some((needs) => !needs.some(isCoarse));
}

/** Where objects decide, no boundary can be told to be idle: a permission goes from all its boundaries or from none. */
function excessPermissions(
  grants: Grants,
  isSame: (smaller: Grants) => boolean,
  wanted: Wanted,
  objectsDecide: boolean,
): Excess[] {
  const excess: Excess[] = [];
  let left = grants;
  const names = new Set((grants.granular ?? []).flatMap(({ permissions }) => permissions));
  const held = (grants.granular ?? []).flatMap(({ permissions, boundary }) =>
    permissions.map((permission) => ({ permission, boundary })),
  );
  for (const name of names) {
    const everywhere = withoutPermission(left, name);
    const own = held.filter(({ permission }) => permission === name);
    if (isSame(everywhere)) {
      for (const one of own.filter((held) => !wanted.permission(held))) {
        left = withoutPermission(left, one.permission, one.boundary);
        excess.push(one);
      }
      continue;
    }
    for (const { permission, boundary } of objectsDecide ? [] : own.filter((one) => !wanted.lacking(one))) {
      const smaller = withoutPermission(left, permission, boundary);
      if (!isSame(smaller)) continue;
      left = smaller;
      excess.push({ permission, boundary });
    }
  }
  return excess;
}

function withoutScopes(grants: Grants, scopes: readonly string[]): Grants {
  return { ...grants, scopes: (grants.scopes ?? []).filter((scope) => !scopes.includes(scope)) };
}

function withoutPermission(grants: Grants, name: string, boundary?: GrantBoundary): Grants {
  const granular = (grants.granular ?? []).map((grant) =>
    boundary === undefined || grant.boundary === boundary
      ? { ...grant, permissions: grant.permissions.filter((permission) => permission !== name) }
      : grant,
  );
  return { ...grants, granular };
}

/** The same things said twice are one. */
export function merged(lists: readonly (readonly Missing[])[]): Missing[] {
  const keyOf = (one: Missing): string =>
    isRule(one) ? `rule ${one.rule}` : isKept(one) ? `caveat ${one.caveat} ${one.coordinate}` : needKey(one);
  return [...new Map(lists.flat().map((one) => [keyOf(one), one])).values()];
}

/** Whether what is missing is no need: a caveat keeps something from running. */
export function isKept(missing: Missing): missing is Kept {
  return typeof missing === 'object' && 'caveat' in missing;
}

/** Whether what is missing is no need, but a rule. */
export function isRule(missing: Missing): missing is { readonly rule: string } {
  return typeof missing === 'object' && 'rule' in missing;
}
