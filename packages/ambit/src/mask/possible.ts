import type { GraphQLField, GraphQLObjectType } from 'graphql';
import { verbOf } from '../compile/placement.ts';
import type { Policy, TypeAccess } from '../compile/policy.ts';
import {
  type Asker,
  decideRule,
  type Locate,
  type Located,
  mayTouch,
  passesCoarsely,
} from '../decide/decide.ts';
import { isWaivable } from '../decide/guard.ts';
import type { Rights } from '../grants/rights.ts';
import { type Alternative, type Element, type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';

/** How near a credential can come to objects of a type: read them, only pass through them, or neither. */
export type Standing = 'reads' | 'passes' | 'none';

const LATER: Located = { at: 'later' };
const NOWHERE: Located = { at: 'nowhere' };

/**
 * Answers whether rights can ever meet a rule: for some object, boundary and argument values. It asks the same
 * function that decides requests; all it leaves open is where things are. `waived` says that a coarse or a narrow
 * scope speaks for the permissions asked for.
 */
export class Possible {
  readonly policy: Policy;
  readonly rights: Rights;
  readonly #rules: readonly [Map<Rule, boolean>, Map<Rule, boolean>] = [new Map(), new Map()];
  readonly #types: readonly [Map<string, Standing>, Map<string, Standing>] = [new Map(), new Map()];

  constructor(policy: Policy, rights: Rights) {
    this.policy = policy;
    this.rights = rights;
  }

  /** Whether a coarse scope passes permission rules in this kind of operation. */
  coarse(operation: Asker['operation']): boolean {
    return passesCoarsely(this.rights.coarse, operation);
  }

  /** Whether what nobody marked is open; `rest: deny` keeps it out of every mask, and so do limits by caveats. */
  unmarked(coarse: boolean): boolean {
    return coarse && this.policy.rest !== 'deny' && this.rights.limits === undefined;
  }

  /** Whether caveats let a field run, where it is one of a root type. */
  runs(type: GraphQLObjectType, field: string): boolean {
    if (this.rights.roots === undefined) return true;
    const verb = verbOf(this.policy.schema, type);
    return verb === undefined || this.rights.refusal(verb, field) === undefined;
  }

  /** Whether a rule can be met. */
  rule(rule: Rule, waived: boolean): boolean {
    const known = this.#rules[waived ? 1 : 0];
    let answer = known.get(rule);
    if (answer === undefined) {
      answer = this.#ask(rule, waived, anywhere);
      known.set(rule, answer);
    }
    return answer;
  }

  /** The same where nothing around has a boundary, as for the leaves of a connection that hangs on a root (M4). */
  placeless(rule: Rule, waived: boolean): boolean {
    return this.#ask(rule, waived, (alternative) =>
      isStandalone(alternative) ? anywhere(alternative) : NOWHERE,
    );
  }

  /** Whether the rules at all of these coordinates can be met; where there is none, nothing is asked. */
  coordinates(names: readonly string[], waived: boolean): boolean {
    return names.every((name) => {
      const rule = this.policy.rules.get(name);
      return rule === undefined || this.rule(rule, waived);
    });
  }

  /** What becomes of objects of a ruled type that `field` returns (M2, M12). */
  type(access: TypeAccess, field: GraphQLField<unknown, unknown>, waived: boolean): Standing {
    if (access.rules.some(takesArgument)) return this.#standing(access, waived, throughField(field));
    const known = this.#types[waived ? 1 : 0];
    let standing = known.get(access.type.name);
    if (standing === undefined) {
      standing = this.#standing(access, waived, anywhere);
      known.set(access.type.name, standing);
    }
    return standing;
  }

  #standing(access: TypeAccess, waived: boolean, locate: Locate): Standing {
    const part = (keep: (element: Element) => boolean): Rule[] =>
      access.rules.map((rule) => ({ ...rule, elements: rule.elements.filter(keep) }));
    const hard = part((element) => !isWaivable(element));
    if (!hard.every((rule) => this.#ask(rule, waived, locate))) return 'none';
    const soft = part(isWaivable);
    if (soft.every((rule) => this.#ask(rule, waived, locate))) return 'reads';
    const kinds = soft.flatMap(alternativesOf).map(({ boundaryType }) => boundaryType);
    const operation = this.#operation(waived);
    return kinds.some((kind) => mayTouch(this.rights, operation, kind)) ? 'passes' : 'none';
  }

  #ask(rule: Rule, waived: boolean, locate: Locate): boolean {
    const asker: Asker = { rights: this.rights, operation: this.#operation(waived), narrow: waived };
    const answer = decideRule(rule, asker, locate);
    return answer === 'allow' || answer === 'defer';
  }

  /** Coarse reading does not carry into mutations, so asking as one keeps it out where it is not waived already. */
  #operation(waived: boolean): Asker['operation'] {
    return waived ? 'query' : 'mutation';
  }
}

/** Whether a rule names a boundary in which lists below can be judged. */
export function givesBoundary(rule: Rule): boolean {
  return alternativesOf(rule).some((alternative) => !isStandalone(alternative));
}

function anywhere({ boundaryType, boundary }: Alternative): Located {
  const fixed = STANDALONE_KINDS.includes(boundaryType) && boundary === undefined;
  return fixed ? { at: 'known', keys: [`${boundaryType}:`] } : LATER;
}

/** A type's boundary argument is one of the field that returns the object; any other field has no such boundary. */
function throughField(field: GraphQLField<unknown, unknown>): Locate {
  return (alternative) => {
    const { argument, boundary } = alternative;
    const given =
      argument === undefined || boundary !== undefined || field.args.some(({ name }) => name === argument[0]);
    return given ? anywhere(alternative) : NOWHERE;
  };
}

function takesArgument(rule: Rule): boolean {
  return alternativesOf(rule).some(
    ({ argument, boundary }) => argument !== undefined && boundary === undefined,
  );
}

function alternativesOf(rule: Rule): readonly Alternative[] {
  return rule.elements.flatMap((element) => (element.kind === 'permissions' ? element.alternatives : []));
}

function isStandalone({ boundaryType }: Alternative): boolean {
  return STANDALONE_KINDS.includes(boundaryType);
}
