import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import type { Scenario } from './scenario.ts';

type Path = readonly (string | number)[];

/**
 * Makes a scenario smaller for as long as it still `fails`: leaves out one thing after another, and keeps what
 * can be left out. What is no longer valid does not fail, so nothing has to be valid on the way.
 */
export async function shrink(
  scenario: Scenario,
  fails: (smaller: Scenario) => Promise<boolean>,
  budgetMs = 60_000,
): Promise<Scenario> {
  const end = Date.now() + budgetMs;
  let best = scenario;
  for (let isSmaller = true; isSmaller && Date.now() < end; ) {
    isSmaller = false;
    for (const step of STEPS) {
      for (let at = 0; Date.now() < end; ) {
        const smaller = step(best, at);
        if (smaller === 'done') break;
        if (smaller && (await fails(smaller))) {
          best = smaller;
          isSmaller = true;
        } else at += 1;
      }
    }
  }
  return best;
}

/** Leaves out the thing with this number; undefined where that cannot be left out, `done` after the last one. */
type Step = (scenario: Scenario, at: number) => Scenario | undefined | 'done';

const STEPS: readonly Step[] = [
  leaveOut(
    (one) => one.grants,
    (one, grants) => ({ ...one, grants }),
  ),
  operationStep,
  leaveOut(
    (one) => one.document.variables,
    (one, variables) => ({ ...one, document: { ...one.document, variables } }),
  ),
  leaveOut(
    (one) => one.guarded.rules.rules,
    (one, rules) => ({ ...one, guarded: { ...one.guarded, rules: { ...one.guarded.rules, rules } } }),
  ),
  settingStep,
  sdlStep,
  leaveOut(
    (one) => one.data,
    (one, data) => ({ ...one, data }),
  ),
];

/** Leaves out a property or an item of JSON, outer ones first; `__typename` stays. */
function leaveOut<T extends object>(
  get: (scenario: Scenario) => T,
  set: (scenario: Scenario, value: T) => Scenario,
): Step {
  return (scenario, at) => {
    const value = get(scenario);
    const path = pathsIn(value)[at];
    return path ? set(scenario, without(value, path) as T) : 'done';
  };
}

function pathsIn(value: unknown): Path[] {
  const found: Path[] = [];
  const queue: { value: unknown; path: Path }[] = [{ value, path: [] }];
  for (const { value: holder, path } of queue) {
    if (typeof holder !== 'object' || holder === null) continue;
    for (const [key, inner] of Object.entries(holder)) {
      if (key === '__typename' || key.startsWith('$')) continue;
      const step: Path = [...path, Array.isArray(holder) ? Number(key) : key];
      found.push(step);
      queue.push({ value: inner, path: step });
    }
  }
  return found;
}

function without(value: unknown, [step, ...rest]: Path): unknown {
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, index) => index !== step);
    return value.map((item, index) => (index === step ? without(item, rest) : item));
  }
  const entries = Object.entries(value as object);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== step));
  return Object.fromEntries(entries.map(([key, one]) => [key, key === step ? without(one, rest) : one]));
}

const OPERATION_PARTS: readonly string[] = [
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.FRAGMENT_DEFINITION,
  Kind.OPERATION_DEFINITION,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
  Kind.OBJECT_FIELD,
  Kind.VARIABLE_DEFINITION,
];

function operationStep(scenario: Scenario, at: number): Scenario | undefined | 'done' {
  const document = parse(scenario.document.text, { noLocation: true });
  const simpler =
    at % 2 === 0 ? withoutNode(document, OPERATION_PARTS, at / 2) : unwrapped(document, (at - 1) / 2);
  if (simpler === 'done') return at % 2 === 0 ? 'done' : undefined;
  const text = print(simpler);
  return text === scenario.document.text
    ? undefined
    : { ...scenario, document: { ...scenario.document, text } };
}

const SDL_PARTS: readonly string[] = [
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.ENUM_VALUE_DEFINITION,
  Kind.DIRECTIVE,
  Kind.NAMED_TYPE,
];

function sdlStep(scenario: Scenario, at: number): Scenario | undefined | 'done' {
  const document = parse(scenario.guarded.sdl, { noLocation: true });
  const smaller = withoutNode(document, SDL_PARTS, at);
  return smaller === 'done' ? 'done' : { ...scenario, guarded: { ...scenario.guarded, sdl: print(smaller) } };
}

function settingStep(scenario: Scenario, at: number): Scenario | undefined | 'done' {
  const { coverage, permissions, rules, ...guarded } = scenario.guarded;
  const { rest, ...others } = rules;
  if (at === 0)
    return (
      coverage && { ...scenario, guarded: { ...guarded, rules, ...(permissions ? { permissions } : {}) } }
    );
  if (at === 1)
    return permissions && { ...scenario, guarded: { ...guarded, rules, ...(coverage ? { coverage } : {}) } };
  if (at === 2) return rest && { ...scenario, guarded: { ...scenario.guarded, rules: others } };
  if (at === 4) {
    const { granularOnly, ...anywhere } = scenario.guarded;
    return granularOnly && { ...scenario, guarded: anywhere };
  }
  if (at === 3) return scenario.effect === 'reject' ? { ...scenario, effect: 'filter' } : undefined;
  return 'done';
}

/** The document without its node of that number; of a type's types only those that can be left out. */
function withoutNode(
  document: DocumentNode,
  kinds: readonly string[],
  number: number,
): DocumentNode | 'done' {
  let count = -1;
  const smaller = visit(document, {
    enter(node: ASTNode, key, parent) {
      const isPart = kinds.includes(node.kind) && (node.kind !== Kind.NAMED_TYPE || Array.isArray(parent));
      if (!isPart || (node.kind === Kind.NAMED_TYPE && typeof key !== 'number')) return undefined;
      count += 1;
      return count === number ? null : undefined;
    },
  });
  return count < number ? 'done' : withoutEmpty(smaller);
}

/** Puts the selections of an inline fragment, or of a field, in the place of that. */
function unwrapped(document: DocumentNode, number: number): DocumentNode | 'done' {
  let count = -1;
  const simpler = visit(document, {
    SelectionSet(set) {
      const selections = set.selections.flatMap((node) => {
        if (node.kind !== Kind.INLINE_FRAGMENT) return [withoutAlias(node)];
        count += 1;
        return count === number ? (node as InlineFragmentNode).selectionSet.selections : [node];
      });
      return { ...set, selections };
    },
  });
  function withoutAlias<T extends ASTNode>(node: T): T {
    if (node.kind !== Kind.FIELD || !(node as FieldNode).alias) return node;
    count += 1;
    if (count !== number) return node;
    const { alias: _, ...plain } = node as FieldNode;
    return plain as unknown as T;
  }
  return count < number ? 'done' : simpler;
}

/** Empty selections, and definitions without fields, are not syntax; what held them goes too. */
function withoutEmpty(document: DocumentNode): DocumentNode {
  return visit(document, {
    leave(node) {
      const isBare =
        (node.kind === Kind.INLINE_FRAGMENT ||
          node.kind === Kind.FRAGMENT_DEFINITION ||
          node.kind === Kind.OPERATION_DEFINITION) &&
        node.selectionSet.selections.length === 0;
      const isHollow = node.kind === Kind.FIELD && node.selectionSet?.selections.length === 0;
      return isBare || isHollow ? null : undefined;
    },
  });
}
