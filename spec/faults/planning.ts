import type { Fault } from './fault.ts';

const PLANNER = 'plan/planner.js';
const INPUTS = 'plan/inputs.js';
const POLICY = 'compile/policy.js';

/** What stands in the document, and which rules belong to it. */
export const PLANNING: readonly Fault[] = [
  {
    id: 'alias-for-name',
    about: 'rules are looked up by the response key, so that an alias has none',
    patches: [
      {
        file: PLANNER,
        find: 'access: this.#policy.fieldAccess(type, field),',
        replace: 'access: fields[key] ? this.#policy.fieldAccess(type, fields[key]) : undefined,',
      },
    ],
  },
  {
    id: 'key-for-path',
    about: 'positions are known by their last response key, so that two places share an answer',
    patches: [
      {
        file: 'decide/decision.js',
        find: "return path.join('.');",
        replace: "return path.slice(-1).join('.');",
      },
    ],
  },
  {
    id: 'interface-type-rule',
    about: 'the rule of an interface does not reach the types that implement it',
    patches: [
      {
        file: POLICY,
        find: 'const names = [type.name, ...type.getInterfaces().map((one) => one.name)];',
        replace: 'const names = [type.name];',
      },
    ],
  },
  {
    id: 'interface-field-rule',
    about: "the rule of an interface's field does not reach the same field of an implementing type",
    patches: [
      {
        file: POLICY,
        find: 'const names = holders.map((name) => fieldCoordinate(name, field.name));',
        replace: 'const names = [fieldCoordinate(type.name, field.name)];',
      },
    ],
  },
  {
    id: 'implementer-field-rule',
    about: 'a field selected on an interface is asked for by the rules of the interface alone',
    patches: [
      {
        file: PLANNER,
        find: 'access: this.#policy.fieldAccess(type, field),',
        replace:
          "access: scope !== type && 'getFields' in scope ? this.#policy.fieldAccess(scope, scope.getFields()[name]) : this.#policy.fieldAccess(type, field),",
      },
    ],
  },
  {
    id: 'first-possible-type',
    about: 'of the types that an object may have, only the first is judged',
    patches: [
      {
        file: 'decide/verdicts.js',
        find: '[...use.selections].map(',
        replace: '[...use.selections].slice(0, 1).map(',
      },
    ],
  },
  {
    id: 'last-union-member',
    about: 'the last member of a union is not looked at',
    patches: [
      {
        file: 'decide/verdicts.js',
        find: '[...use.selections].map(',
        replace:
          "[...use.selections].filter((_, index, all) => !('getTypes' in use.returned) || index < all.length - 1).map(",
      },
    ],
  },
  {
    id: 'named-fragment',
    about: 'what stands in a named fragment is not looked at',
    patches: [
      {
        file: PLANNER,
        find: 'if (!fragment)',
        replace: 'if (!fragment || node.kind === Kind.FRAGMENT_SPREAD)',
      },
    ],
  },
  {
    id: 'inline-fragment',
    about: 'what stands in an inline fragment with a type condition is not looked at',
    patches: [
      {
        file: PLANNER,
        find: 'if (!fragment)',
        replace: 'if (!fragment || (node.kind !== Kind.FRAGMENT_SPREAD && fragment.typeCondition))',
      },
    ],
  },
  {
    id: 'fragment-on-interface',
    about: 'a fragment on an interface or union is not looked at where the object is of a concrete type',
    patches: [
      {
        file: PLANNER,
        find: 'if (scope !== type && !(isAbstractType(scope) && this.#policy.schema.isSubType(scope, type)))',
        replace: 'if (scope !== type)',
      },
    ],
  },
  {
    id: 'fragment-spread-once',
    about: 'a fragment that is spread twice counts under the conditions of the first spread alone',
    patches: [
      {
        file: PLANNER,
        find: 'const mark = `${node.name.value} ${conditionsKey(conditions)}`;',
        replace: 'const mark = node.name.value;',
      },
    ],
  },
  {
    id: 'first-of-merged-fields',
    about: 'of two fields that merge under one response key, only the first is looked at',
    patches: [{ file: PLANNER, find: 'if (known)\n', replace: 'if (known || use.occurrences.length > 0)\n' }],
  },
  {
    id: 'merged-fields-all-execute',
    about: 'a field that is written twice counts as left out where one of the two is',
    patches: [
      {
        file: 'decide/judge.js',
        find: 'return use.occurrences.some(',
        replace: 'return use.occurrences.every(',
      },
    ],
  },
  {
    id: 'skip-baked',
    about: '@skip and @include are answered once, with the variables of the first request',
    patches: [
      {
        file: 'plan/conditions.js',
        find: 'export function conditionsHold(conditions, coerced) {\n    return ',
        replace:
          'const baked = new WeakMap();\nexport function conditionsHold(conditions, coerced) {\n    if (!baked.has(conditions)) baked.set(conditions, holdNow(conditions, coerced));\n    return baked.get(conditions);\n}\nfunction holdNow(conditions, coerced) {\n    return ',
      },
    ],
  },
  {
    id: 'skip-as-include',
    about: '@skip by a variable is read as @include',
    patches: [
      {
        file: PLANNER,
        find: 'const condition = { variable: value.name.value, want };',
        replace: 'const condition = { variable: value.name.value, want: true };',
      },
    ],
  },
  {
    id: 'literal-include',
    about: '@include(if: true) leaves its field out of the plan',
    patches: [
      {
        file: PLANNER,
        find: 'else if (value?.kind !== Kind.BOOLEAN || value.value !== want)',
        replace: 'else if (value?.kind !== Kind.BOOLEAN || value.value)',
      },
    ],
  },
  {
    id: 'argument-by-variable',
    about: 'what an argument gets from a variable is not looked at',
    patches: [
      { file: INPUTS, find: 'return this.#variable(type, node.name.value);', replace: 'return true;' },
    ],
  },
  {
    id: 'variable-default',
    about: 'the default of a variable is not looked at',
    patches: [
      {
        file: INPUTS,
        find: 'walk.#value(type, definition.defaultValue);',
        replace: 'void 0;',
      },
    ],
  },
  {
    id: 'single-value-for-list',
    about: 'a single value that stands for a list is not looked at',
    patches: [
      {
        file: INPUTS,
        find: 'const items = node.kind === Kind.LIST ? node.values : [node];',
        replace: 'const items = node.kind === Kind.LIST ? node.values : [];',
      },
    ],
  },
  {
    id: 'explicit-null',
    about: 'an argument that is given as null counts as left out',
    patches: [
      {
        file: INPUTS,
        find: 'if (node.kind === Kind.NULL)\n            return true;',
        replace: 'if (node.kind === Kind.NULL)\n            return false;',
      },
    ],
  },
  {
    id: 'nested-input-literal',
    about: 'an input object inside another is not looked into where it is written out',
    patches: [{ file: INPUTS, find: 'if (given && this.#value(field.type, given))', replace: 'if (given)' }],
  },
  {
    id: 'nested-input-variable',
    about: 'an input object inside another is not looked into where it comes as a variable',
    patches: [{ file: INPUTS, find: 'this.#json(field.type, given);', replace: 'void 0;' }],
  },
  {
    id: 'input-field',
    about: 'the rule of an input field is not asked where it comes as a variable',
    patches: [
      {
        file: INPUTS,
        find: 'this.#hit(fieldCoordinate(nullable.name, field.name));\n                    this.#json',
        replace: 'this.#json',
      },
    ],
  },
  {
    id: 'enum-literal',
    about: 'the rule of an enum value is not asked where it is written out',
    patches: [
      {
        file: INPUTS,
        find: 'this.#hit(fieldCoordinate(nullable.name, node.value));',
        replace: 'void 0;',
      },
    ],
  },
  {
    id: 'enum-variable',
    about: 'the rule of an enum value is not asked where it comes as a variable',
    patches: [
      {
        file: INPUTS,
        find: 'this.#hit(fieldCoordinate(nullable.name, String(value)));',
        replace: 'void 0;',
      },
    ],
  },
  {
    id: 'schema-default-enum',
    about: "an enum value in the schema's own default is not asked for",
    patches: [
      {
        file: INPUTS,
        find: 'for (const { type, member } of mentionsOf(element))',
        replace: 'for (const { type, member } of [])',
      },
    ],
  },
  {
    id: 'guarded-input-type',
    about: 'an argument counts as free of rules where only something inside its input type has one',
    patches: [
      {
        file: POLICY,
        find: 'reached.set(inner.name, inner);',
        replace: 'void inner;',
      },
    ],
  },
  {
    id: 'first-boundary-of-list',
    about: 'of a list of boundary arguments, only the first counts',
    patches: [
      {
        file: INPUTS,
        find: 'named.length <= MAX_PLACES ? named : UNTOLD;',
        replace: 'named.length <= MAX_PLACES ? named.slice(0, 1) : UNTOLD;',
      },
    ],
  },
  {
    id: 'absent-boundary-in-list',
    about: 'an input of a list without a boundary is passed over where others have one',
    patches: [
      {
        file: INPUTS,
        find: 'return isWhole && named.length',
        replace: 'return named.length',
      },
    ],
  },
  {
    id: 'root-coverage',
    about: 'a root field that nobody marked is open under strict coverage',
    patches: [{ file: POLICY, find: 'covered: !isRoot || marked', replace: 'covered: isRoot || marked' }],
  },
  {
    id: 'mutation-covered-by-return',
    about: 'a mutation without a rule is open because of what it returns',
    patches: [
      {
        file: POLICY,
        find: 'if (root !== this.schema.getQueryType() || !isObjectType(returned))',
        replace: 'if (!isObjectType(returned))',
      },
    ],
  },
  {
    id: 'root-type-rule',
    about: 'a rule on a root type does not reach its fields',
    patches: [{ file: POLICY, find: 'names.push(type.name);', replace: 'void 0;' }],
  },
  {
    id: 'returned-scalar-rule',
    about: 'the rule of a scalar or enum does not reach the fields that return it',
    patches: [{ file: POLICY, find: 'names.push(returned.name);', replace: 'void 0;' }],
  },
];
