import type { Fault } from './fault.ts';

const DECIDE = 'decide/decide.js';
const JUDGE = 'decide/judge.js';
const VERDICTS = 'decide/verdicts.js';
const LISTS = 'decide/lists.js';
const LOCATE = 'decide/locate.js';
const DECISION = 'decide/decision.js';

/** What rules answer, and what follows for the operation. */
export const DECIDING: readonly Fault[] = [
  {
    id: 'any-for-all',
    about: 'one of several scopes that are asked for together is enough',
    patches: [
      {
        file: DECIDE,
        find: 'all.every((name) => held.has(name))',
        replace: 'all.some((name) => held.has(name))',
      },
    ],
  },
  {
    id: 'first-element',
    about: 'of several requirements of one rule, only the first is asked',
    patches: [
      {
        file: DECIDE,
        find: 'for (const element of rule.elements) {',
        replace: 'for (const element of rule.elements.slice(0, 1)) {',
      },
    ],
  },
  {
    id: 'groups-or',
    about: 'groups of alternatives are or-ed instead of and-ed',
    patches: [
      {
        file: DECIDE,
        find: "if (next === 'missing')\n            return 'missing';",
        replace: "if (next === 'allow' && element.kind === 'permissions')\n            return 'allow';",
      },
    ],
  },
  {
    id: 'empty-list-allows',
    about: 'an empty list of boundary arguments is in every boundary',
    patches: [
      {
        file: 'plan/inputs.js',
        find: 'value === null || (Array.isArray(value) && value.length === 0);',
        replace: 'value === null;',
      },
      {
        file: 'plan/inputs.js',
        find: 'if (named.length === 0)\n        return undefined;',
        replace: 'if (named.length === 0)\n        return isWhole ? named : undefined;',
      },
      {
        file: LOCATE,
        find: 'if (keys.includes(null))\n        return UNTOLD;',
        replace:
          "if (keys.length === 0)\n        return { at: 'known', keys };\n    if (keys.includes(null))\n        return UNTOLD;",
      },
    ],
  },
  {
    id: 'missing-allows',
    about: 'a field rule that answers `missing` does not deny',
    patches: [
      { file: JUDGE, find: "else if (answer !== 'allow')", replace: "else if (answer === 'outside')" },
    ],
  },
  {
    id: 'outside-allows',
    about: 'a permission that is held in another boundary is enough',
    patches: [
      {
        file: DECIDE,
        find: "return possible ? 'outside' : 'missing';",
        replace: "return possible ? 'allow' : 'missing';",
      },
    ],
  },
  {
    id: 'field-defer-allows',
    about: 'a field rule that waits for its object is never asked again',
    patches: [
      {
        file: JUDGE,
        find: "if (answer === 'defer')\n            waiting.push(waitingWith(check, narrow));",
        replace: "if (answer === 'defer')\n            return;",
      },
    ],
  },
  {
    id: 'object-defer-allows',
    about: 'a type rule that waits for its object is never asked again',
    patches: [
      {
        file: VERDICTS,
        find: "if (answer === 'defer') {",
        replace:
          "if (answer === 'defer')\n            return { state: 'alive', denials };\n        if (answer === 'never') {",
      },
    ],
  },
  {
    id: 'boundary-unresolved',
    about: 'an object without a boundary is in every boundary',
    patches: [
      {
        file: DECIDE,
        find: "if (located.at === 'nowhere')\n            continue;\n        if (located.at === 'later') {",
        replace:
          "if (located.at === 'nowhere') {\n            if (held)\n                return 'allow';\n            continue;\n        }\n        if (located.at === 'later') {",
      },
    ],
  },
  {
    id: 'null-alternative-counted',
    about: 'an alternative whose boundary is null counts as tried',
    patches: [
      {
        file: DECIDE,
        find: "if (located.at === 'nowhere')\n            continue;\n        if (located.at === 'later') {",
        replace:
          "if (located.at === 'nowhere') {\n            passedOver = false;\n            continue;\n        }\n        if (located.at === 'later') {",
      },
    ],
  },
  {
    id: 'standalone-too-early',
    about: 'user and instance count though another alternative was not passed over',
    patches: [{ file: DECIDE, find: 'if (!passedOver || !held)', replace: 'if (!held)' }],
  },
  {
    id: 'union-across-boundaries',
    about: 'one permission held in one place and one in another count as both held',
    patches: [
      {
        file: DECIDE,
        find: 'located.keys.every((key) => rights.holds(names, key))',
        replace:
          'located.keys.every((key) => names.some((name) => rights.holds([name], key)) && names.every((name) => rights.mayHold([name], alternative.boundaryType)))',
      },
      {
        file: DECIDE,
        find: 'const held = rights.mayHold(names, alternative.boundaryType);\n        possible ||= held;\n        // Where',
        replace:
          'const held = names.every((name) => rights.mayHold([name], alternative.boundaryType));\n        possible ||= held;\n        // Where',
      },
    ],
  },
  {
    id: 'one-of-several-places',
    about: 'one element of a list of boundary arguments inside is enough for all',
    patches: [
      {
        file: DECIDE,
        find: 'located.keys.every((key) => rights.holds(names, key))',
        replace: 'located.keys.some((key) => rights.holds(names, key))',
      },
    ],
  },
  {
    id: 'read-api-writes',
    about: 'read_api passes permission rules in mutations',
    patches: [
      {
        file: DECIDE,
        find: "return coarse === 'all' || (coarse === 'read' && operation !== 'mutation');",
        replace: "return coarse !== 'none';",
      },
    ],
  },
  {
    id: 'api-passes-scopes',
    about: 'api passes @requiresScopes',
    patches: [
      {
        file: DECIDE,
        find: 'return heldInOne(element.anyOf, rights.scopes);',
        replace:
          "return passesCoarsely(rights.coarse, asker.operation) ? 'allow' : heldInOne(element.anyOf, rights.scopes);",
      },
    ],
  },
  {
    id: 'rest-deny-opens',
    about: 'coarse tokens pass what a rules file denies on purpose',
    patches: [{ file: DECIDE, find: "return rest !== 'deny' && rights", replace: 'return rights' }],
  },
  {
    id: 'subject-for-authenticated',
    about: '@authenticated is passed by everybody',
    patches: [
      {
        file: DECIDE,
        find: "return rights.authenticated === true ? 'allow' : 'missing';",
        replace: "return 'allow';",
      },
    ],
  },
  {
    id: 'narrow-scope-below',
    about: 'a scope of one root field covers the objects below what it returns too',
    patches: [
      {
        file: VERDICTS,
        find: 'connection: undefined,\n            narrow: false,',
        replace: 'connection: undefined,\n            narrow,',
      },
    ],
  },
  {
    id: 'narrow-scope-verb',
    about: 'a scope to query a field of some name is good for a mutation of any name',
    patches: [
      {
        file: 'grants/rights.js',
        find: 'return this.#narrow.has(`api:graphql:${verb}:${field}`)',
        replace: 'return [...this.#narrow].some((one) => one.endsWith(`:${field}`))',
      },
    ],
  },
  {
    id: 'narrow-scope-abstract',
    about: 'a scope of one root field covers whatever type an interface or union turns out to be',
    patches: [
      { file: VERDICTS, find: 'const narrow = speaks && !abstract;', replace: 'const narrow = speaks;' },
    ],
  },
  {
    id: 'unmarked-type',
    about: 'an object type that nobody marked is open',
    patches: [
      {
        file: VERDICTS,
        find: "if (access.cover === 'unmarked' &&",
        replace: "if (access.cover === 'unmarkedtoo' &&",
      },
    ],
  },
  {
    id: 'denied-type-shown',
    about: 'an object of a denied type is shown where others of the interface or union are allowed',
    patches: [
      {
        file: VERDICTS,
        find: "else if (verdict.state === 'denied')\n                guards.set(verdict.name, { ...OPEN_GUARD, show: false });",
        replace: '',
      },
    ],
  },
  {
    id: 'bare-object-shown',
    about: 'an object of which nothing may be read says that it exists',
    patches: [
      { file: VERDICTS, find: 'guard: this.#bareGuard(hard, soft, narrow)', replace: 'guard: OPEN_GUARD' },
    ],
  },
  {
    id: 'traversal-of-standalone',
    about: 'a rule in the boundary of the user or the instance is waived for passing through',
    patches: [
      {
        file: 'decide/guard.js',
        find: 'element.alternatives.every(({ boundaryType }) => !STANDALONE_KINDS.includes(boundaryType))',
        replace: 'element.alternatives.length > 0',
      },
      {
        file: LISTS,
        find: 'oracle.mayTouch(boundaryType)',
        replace: "boundaryType === 'user' || boundaryType === 'instance' || oracle.mayTouch(boundaryType)",
      },
    ],
  },
  {
    id: 'traversal-of-scopes',
    about: 'scopes, policies and @authenticated on a type are waived for passing through',
    patches: [
      {
        file: 'decide/guard.js',
        find: "return (element.kind === 'permissions' &&\n        element.alternatives.every(",
        replace: "return (element.kind !== 'permissions' ||\n        element.alternatives.every(",
      },
    ],
  },
  {
    id: 'traversal-of-field-rules',
    about: 'the rule of a field that returns objects is waived for passing through',
    patches: [
      {
        file: JUDGE,
        find: 'for (const check of checks)\n',
        replace: "for (const check of use.kind === 'object' && use.parent ? [] : checks)\n",
      },
    ],
  },
  {
    id: 'traversal-without-grant',
    about: 'an object can be passed through by who holds nothing near it',
    patches: [
      { file: VERDICTS, find: 'reader.traversed && mayPass(soft, this.#walk)', replace: 'reader.traversed' },
      {
        file: 'enforce/objects.js',
        find: "(touched) => (touched ? 'pass' : 'hide')",
        replace: "() => 'pass'",
      },
    ],
  },
  {
    id: 'traversal-reads',
    about: 'fields of an object that can only be passed through are delivered',
    patches: [
      {
        file: VERDICTS,
        find: 'for (const read of reader.reads.map(nameable))\n            refuse(read);',
        replace: '',
      },
    ],
  },
  {
    id: 'traversal-reads-late',
    about: 'fields of an object that turns out to be only passed through are delivered',
    patches: [
      {
        file: 'enforce/objects.js',
        find: 'if (!at?.frame?.passing.has(at.indexes))',
        replace: 'if (at || !at)',
      },
    ],
  },
  {
    id: 'typename-alone',
    about: '__typename selected alone needs nothing',
    patches: [
      {
        file: 'enforce/objects.js',
        find: "if (!guard.traverse)\n                    return 'hide';",
        replace:
          "if (guard.reads.size > 0 && [...guard.reads].every((read) => read === use))\n                    return 'show';\n                if (!guard.traverse)\n                    return 'hide';",
      },
    ],
  },
  {
    id: 'mutation-filtered',
    about: 'a mutation runs with what is denied left out',
    patches: [
      { file: DECISION, find: "plan.operation.operation === 'mutation' || rejects", replace: 'rejects' },
    ],
  },
  {
    id: 'first-mutation',
    about: 'of several fields of a mutation, only the first is decided',
    patches: [
      {
        file: JUDGE,
        find: '[...this.plan.root.fields.values()].flatMap((use) => {',
        replace:
          "[...this.plan.root.fields.values()].slice(0, this.plan.operation.operation === 'mutation' ? 1 : undefined).flatMap((use) => {",
      },
    ],
  },
  {
    id: 'payload-below',
    about: 'what is denied in the payload of a mutation does not refuse it',
    patches: [
      {
        file: JUDGE,
        find: 'return own.length > 0 && !everything ? own : [...own, ...below.denials];',
        replace: 'return own.length > 0 || everything ? own : [...own, ...below.denials];',
      },
    ],
  },
  {
    id: 'own-effect',
    about: 'a rule that asks for the whole operation to be refused is filtered',
    patches: [{ file: DECISION, find: 'denial.effect ?? effect', replace: 'effect' }],
  },
  {
    id: 'effect-reject',
    about: 'the effect `reject` of a request is filtered',
    patches: [{ file: DECISION, find: 'denial.effect ?? effect', replace: "denial.effect ?? 'filter'" }],
  },
  {
    id: 'mixed-position',
    about: 'a field that is denied for one type and allowed for another runs for both',
    patches: [
      {
        file: DECISION,
        find: "const isMixed = judge.states.get(use) === 'dead';",
        replace: 'const isMixed = false;',
      },
    ],
  },
  {
    id: 'returned-enum',
    about: 'enum values that the credential may not see are returned',
    patches: [{ file: JUDGE, find: 'if (hidden.size > 0)', replace: 'if (hidden.size > 9)' }],
  },
  {
    id: 'outside-told',
    about: 'what lies outside is told as missing, so that its existence is known',
    patches: [
      {
        file: 'decide/denial.js',
        find: "const kind = failure === 'outside' ? 'outside' : 'missing';",
        replace: "const kind = 'missing';",
      },
    ],
  },
  {
    id: 'connection-leaves',
    about: 'totalCount and cursors of a connection need nothing',
    patches: [
      {
        file: JUDGE,
        find: 'const leaf = isOwn ? (context.connection ?? []) : [];',
        replace: 'const leaf = [];',
      },
    ],
  },
  {
    id: 'connection-leaf-own-rule',
    about: 'a rule of its own on a leaf of a connection replaces that of the node type',
    patches: [
      {
        file: JUDGE,
        find: '!access.marked || hangsSomewhere(this.plan.policy, use)',
        replace: '!access.marked',
      },
    ],
  },
  {
    id: 'connection-anywhere',
    about: 'a connection that hangs on nothing is judged in the boundary of the instance',
    patches: [
      {
        file: LOCATE,
        find: 'const anchor = anchorOf(scene.policy, use);\n    if (!anchor)\n        return NOWHERE;\n    for',
        replace:
          "const anchor = anchorOf(scene.policy, use);\n    if (!anchor)\n        return standalone('instance');\n    for",
      },
    ],
  },
  {
    id: 'edges-counted',
    about: 'where a list hangs outside, edges of which nothing may be read say how many there are',
    patches: [
      {
        file: LISTS,
        find: 'const isAsked = asked.length > 0 && isBare(keepers(selection), walk.states, isJudged);',
        replace: 'const isAsked = false;',
      },
    ],
  },
  {
    id: 'edges-kept-by-others',
    about: 'where a list hangs outside, edges stay of which an object is asked that is not their node',
    patches: [
      {
        file: LISTS,
        find: "return access.inheritsAs === 'edge' ? all.filter",
        replace: "return access.inheritsAs === 'no edge' ? all.filter",
      },
    ],
  },
  {
    id: 'parts-counted',
    about: 'a list of what inherits from an object that is only passed through says how many there are',
    patches: [
      {
        file: LISTS,
        find: 'const bare = parts.filter(({ selection }) => isBare(',
        replace: 'const bare = parts.filter(({ selection }) => selection.fields.size < 0 && isBare(',
      },
    ],
  },
  {
    id: 'edge-outside',
    about: 'an edge whose node is outside stays, with its cursor',
    patches: [
      {
        file: VERDICTS,
        find: "if (access.inheritsAs === 'edge')",
        replace: 'if (false)',
      },
    ],
  },
  {
    id: 'edge-of-several-types',
    about: 'an edge whose node can have several types stays, with its cursor, where its node is outside',
    patches: [
      {
        file: LISTS,
        find: 'return mayBeGone ?',
        replace: 'return mayBeGone && types.length === 1 ?',
      },
    ],
  },
  {
    id: 'inherits-outermost',
    about: 'an inheriting object takes the boundary of the outermost object above and not of the nearest',
    patches: [
      {
        file: LOCATE,
        find: "return access.cover === 'inherits' ? anchorOf(policy, parent) : { use: parent, access };",
        replace:
          "return anchorOf(policy, parent) ?? (access.cover === 'inherits' ? undefined : { use: parent, access });",
      },
    ],
  },
  {
    id: 'payload-place',
    about: 'a field of a payload is judged in the boundary of the instance and not in that of its mutation',
    patches: [
      {
        file: LOCATE,
        find: 'return payload && own ? fromField(scene, payload, own, read) : NOWHERE;',
        replace: "return payload && own ? standalone('instance') : NOWHERE;",
      },
    ],
  },
  {
    id: 'untold-passed-over',
    about: 'a boundary that cannot be told is passed over like one that nothing names',
    patches: [
      {
        file: 'decide/decide.js',
        find: "if (located.at === 'nowhere')\n            continue;\n        if (located.at === 'later') {",
        replace:
          "if (located.at === 'nowhere' || located.at === 'untold')\n            continue;\n        if (located.at === 'later') {",
      },
    ],
  },
  {
    id: 'somebody-else',
    about: 'the boundary `user` holds for objects of other users',
    patches: [
      {
        file: 'decide/scene.js',
        find: "return isOwn(identity, this.subject) ? 'user:' : null;",
        replace: "return 'user:';",
      },
    ],
  },
];
