import type { Fault } from './fault.ts';

const ENFORCEMENT = 'enforce/enforcement.js';
const OBJECTS = 'enforce/objects.js';
const FILL = 'enforce/fill.js';
const PLACES = 'enforce/places.js';

/** What happens at the objects of an answer, and to what is denied in it. */
export const ENFORCING: readonly Fault[] = [
  {
    id: 'list-unchecked',
    about: 'objects in lists are not looked at',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'if (Array.isArray(items))',
        replace: 'if (Array.isArray(items) && at.none)',
      },
    ],
  },
  {
    id: 'list-of-lists-unchecked',
    about: 'objects in lists of lists are not looked at',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'if (Array.isArray(items))',
        replace: 'if (Array.isArray(items) && indexes.length === 0)',
      },
    ],
  },
  {
    id: 'first-of-list',
    about: 'only the first object of a list is looked at',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'const known = quick &&',
        replace: "const known = places.length > 0 ? 'show' : quick &&",
      },
    ],
  },
  {
    id: 'answer-of-the-one-before',
    about: 'what was decided for one object of a list is used for the next',
    patches: [
      {
        file: PLACES,
        find: 'return identity === undefined ? undefined : answers.get(identity);',
        replace: 'return answers.values().next().value;',
      },
      {
        file: PLACES,
        find: 'const known = answers.get(identity);',
        replace: 'const known = answers.values().next().value;',
      },
    ],
  },
  {
    id: 'place-of-another-rule',
    about: 'what one rule answered about a place is used for another rule',
    patches: [
      { file: PLACES, find: 'this.#known.get(guard)', replace: 'this.#known.get(this)' },
      { file: PLACES, find: 'this.#known.set(guard, places)', replace: 'this.#known.set(this, places)' },
    ],
  },
  {
    id: 'first-path-of-several',
    about: 'objects alike in the first of their boundaries share an answer that hangs on others too',
    patches: [
      { file: PLACES, find: 'boundary?.text === path?.text', replace: 'boundary?.text !== undefined' },
    ],
  },
  {
    id: 'path-by-last-step',
    about: 'a boundary path of several steps is read from the object itself',
    patches: [
      {
        file: 'enforce/plain.js',
        find: 'for (const step of steps) {',
        replace: 'for (const step of steps.slice(-1)) {',
      },
    ],
  },
  {
    id: 'boundary-of-the-one-before',
    about: 'the boundary that was read of one object is used for others',
    patches: [
      {
        file: OBJECTS,
        find: 'const readings = new Map(known ?',
        replace: 'const readings = guard.readings ??= new Map(known ?',
      },
    ],
  },
  {
    id: 'nodes-unchecked',
    about: 'the objects in `nodes` of a connection are not looked at',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'const whole = () => guard && guard.objects.size > 0',
        replace: "const whole = () => guard && guard.objects.size > 0 && info.fieldName !== 'nodes'",
      },
    ],
  },
  {
    id: 'edges-unchecked',
    about: 'the object in `node` of an edge is not looked at',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'const whole = () => guard && guard.objects.size > 0',
        replace:
          "const whole = () => guard && guard.objects.size > 0 && info.fieldName !== 'node' && info.fieldName !== 'edges'",
      },
    ],
  },
  {
    id: 'declared-for-actual-type',
    about: 'an object of an interface or union is decided as the first type that it could have',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'const objectGuard = guard.objects.get(name);',
        replace: 'const objectGuard = guard.objects.get([...use.selections.keys()][0]);',
      },
    ],
  },
  {
    id: 'error-while-reading',
    about: 'where a boundary cannot be read, a place that many hold is taken for it',
    patches: [
      {
        file: OBJECTS,
        find: 'const found = withoutErrors(() => this.#source.identity(object, type, path, context, info, use), NO_IDENTITY);',
        replace:
          "const found = withoutErrors(() => this.#source.identity(object, type, path, context, info, use), 'acme/web');",
      },
    ],
  },
  {
    id: 'null-boundary-default',
    about: 'where an object has no boundary, a place that many hold is taken for it',
    patches: [
      {
        file: OBJECTS,
        find: 'identityOf(identity ?? null)',
        replace: "identityOf(identity ?? 'acme/web')",
      },
    ],
  },
  {
    id: 'hard-rules-waived',
    about: 'rules of an object that nothing waives are not asked once it is there',
    patches: [
      {
        file: OBJECTS,
        find: 'return chain(this.#allAllow(guard.hard, read, readings), (hard) => {',
        replace: 'return chain(true, (hard) => {',
      },
    ],
  },
  {
    id: 'holder-for-anchor',
    about: 'a field of an inheriting object reads the boundary of what is around it, whatever that is',
    patches: [
      {
        file: 'enforce/guarded.js',
        find: 'const holder = anchor && climb(source, level, anchor.use);',
        replace: 'const holder = anchor && { object: source };',
      },
    ],
  },
  {
    id: 'passing-without-place',
    about: 'which items of a list are only passed through is forgotten',
    patches: [
      {
        file: ENFORCEMENT,
        find: "passing.add(indexes.join(','));",
        replace: "passing.add('');",
      },
    ],
  },
  {
    id: 'outside-leaves-null',
    about: 'an object outside leaves a null in its list, so that it can be counted',
    patches: [
      {
        file: ENFORCEMENT,
        find: 'const isKept = shown !== ABSENT || at.positional;',
        replace: 'const isKept = true;',
      },
    ],
  },
  {
    id: 'positional-dropped',
    about: 'a list that answers its argument item by item loses what is outside',
    patches: [
      { file: ENFORCEMENT, find: 'positional: use.list && isPositional(use)', replace: 'positional: false' },
    ],
  },
  {
    id: 'error-at-outside',
    about: "the API's own error at a field that waits for its object is handed on",
    patches: [
      {
        file: ENFORCEMENT,
        find: 'this.#isOwnMutation(use) ? read() : withoutErrors(read)',
        replace: 'read()',
      },
    ],
  },
  {
    id: 'leaves-not-routed',
    about: 'leaves are read without asking where only they wait for an object',
    patches: [
      {
        file: 'enforce/run.js',
        find: "parts.decision.guardsLeaves || parts.recheck ? 'all' : 'objects'",
        replace: "'objects'",
      },
    ],
  },
  {
    id: 'not-routed',
    about: 'what waits for objects is not asked, and the operation runs as it is',
    patches: [
      { file: 'enforce/run.js', find: 'routes ? routed(parts) : direct(parts)', replace: 'direct(parts)' },
    ],
  },
  {
    id: 'enum-list',
    about: 'a list of enum values is returned with those that may not be seen',
    patches: [
      {
        file: OBJECTS,
        find: 'const items = itemsOf(one);',
        replace: 'const items = undefined;\n            if (Array.isArray(one))\n                return one;',
      },
    ],
  },
  {
    id: 'stand-in-left',
    about: 'a stand-in is left in the answer after the first item of a list',
    patches: [
      {
        file: FILL,
        find: 'for (let index = 0; index < value.length; index++) {',
        replace: 'for (let index = 0; index < Math.min(1, value.length); index++) {',
      },
    ],
  },
  {
    id: 'null-stays',
    about: 'null in a non-null position does not spread',
    patches: [
      {
        file: FILL,
        find: 'filling.onSpread(child.use);\n        return false;',
        replace: 'filling.onSpread(child.use);',
      },
    ],
  },
  {
    id: 'null-in-list-stays',
    about: 'null in a list of non-null items does not spread',
    patches: [
      {
        file: FILL,
        find: 'if (after === null && itemType && isNonNullType(itemType))',
        replace: 'if (after === undefined)',
      },
    ],
  },
];
