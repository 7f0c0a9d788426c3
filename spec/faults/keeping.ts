import type { Fault } from './fault.ts';

const RIGHTS = 'grants/rights.js';
const KINDS = 'rules/boundarykinds.js';
const DECISIONS = 'decide/decisions.js';
const CACHE = 'grants/rightscache.js';
const ATLAS = 'rules/atlas.js';

/** What a credential holds and where, and what is kept from one request to the next. */
export const KEEPING: readonly Fault[] = [
  {
    id: 'some-permissions',
    about: 'one of several permissions that are asked for together is enough',
    patches: [
      {
        file: RIGHTS,
        find: 'permissions.every((name) => this.#heldOn(name, lineage))',
        replace: 'permissions.some((name) => this.#heldOn(name, lineage))',
      },
    ],
  },
  {
    id: 'prefix-without-segment',
    about: 'a grant on acme covers acme-evil',
    patches: [
      {
        file: RIGHTS,
        find: 'lineage.some((key) => places.has(key))',
        replace:
          'lineage.some((key) => places.has(key) || [...places].some((place) => key.startsWith(place)))',
      },
    ],
  },
  {
    id: 'key-without-kind',
    about: 'boundaries of different kinds and the same identity are the same',
    patches: [
      {
        file: RIGHTS,
        find: 'lineage.some((key) => places.has(key))',
        replace:
          "lineage.some((key) => [...places].some((place) => place.slice(place.indexOf(':')) === key.slice(key.indexOf(':'))))",
      },
    ],
  },
  {
    id: 'child-covers-parent',
    about: 'a grant on a part reaches the whole',
    patches: [
      {
        file: RIGHTS,
        find: 'lineage.some((key) => places.has(key))',
        replace:
          '(lineage.some((key) => places.has(key)) || [...places].some((place) => this.#ground.lineage(place).includes(lineage[0])))',
      },
    ],
  },
  {
    id: 'case-folding',
    about: 'identities that differ in case are the same',
    patches: [
      {
        file: KINDS,
        find: 'const canonical = canonicalOf(text, source);',
        replace: 'const canonical = canonicalOf(text, source)?.toLowerCase();',
      },
    ],
  },
  {
    id: 'outermost-group',
    about: 'of the groups above a place, only the outermost counts',
    patches: [
      {
        file: KINDS,
        find: "const cut = identity.lastIndexOf(source.separator ?? '/');",
        replace: "const cut = identity.indexOf(source.separator ?? '/');",
      },
    ],
  },
  {
    id: 'expired-holds',
    about: 'grants that have expired hold what they held',
    patches: [
      {
        file: RIGHTS,
        find: 'const expired = !(endOf(caveats.length === 0 ? grants : { ...grants, caveats }) > now);',
        replace: 'const expired = now < 0;',
      },
    ],
  },
  {
    id: 'caveat-ignored',
    about: 'grants with a caveat that nobody understands hold what they hold without it',
    patches: [
      {
        file: RIGHTS,
        find: 'const caveats = understoodCaveats(grants.caveats);',
        replace: 'const caveats = understoodCaveats(grants.caveats) ?? [];',
      },
      {
        file: CACHE,
        find: 'if (!isUnderstood(grants))\n            return Rights.of(NOT_UNDERSTOOD,',
        replace: 'if (typeof grants !== "object")\n            return Rights.of(NOT_UNDERSTOOD,',
      },
      {
        file: CACHE,
        find: 'const understood = isUnderstood(grants) ? grants : NOT_UNDERSTOOD;',
        replace: 'const understood = grants;',
      },
    ],
  },
  {
    id: 'caveat-first-only',
    about: 'of several caveats that name operations, one that names a field is enough',
    patches: [{ file: 'grants/rootlimits.js', find: 'this.#named.every(', replace: 'this.#named.some(' }],
  },
  {
    id: 'caveat-not-of-mutations',
    about: 'a token that may only read runs mutations',
    patches: [
      {
        file: 'grants/rootlimits.js',
        find: "if (verb === 'mutate' && this.#isReadOnly)",
        replace: "if (verb === 'mutate' && this.#isReadOnly && field === '')",
      },
    ],
  },
  {
    id: 'caveat-not-of-coarse-scopes',
    about: 'caveats limit what is granted by name, and not what a coarse scope carries',
    patches: [
      {
        file: 'decide/decide.js',
        find: 'if (rights.limits !== undefined)',
        replace: 'if (rights.limits !== undefined && !passesCoarsely(rights.coarse, asker.operation))',
      },
    ],
  },
  {
    id: 'caveat-opens-unmarked',
    about:
      'what nobody marked stays open to a coarse scope that a caveat limits to some places or permissions',
    patches: [
      {
        file: 'decide/decide.js',
        find: "return rest !== 'deny' && rights.limits === undefined && passesCoarsely",
        replace: "return rest !== 'deny' && passesCoarsely",
      },
    ],
  },
  {
    id: 'caveat-places-not-met',
    about: 'a held place outside of the places of a caveat stays',
    patches: [
      {
        file: 'grants/limits.js',
        find: 'return ground.lineage(other).includes(one) ? [other] : [];',
        replace: 'return ground.lineage(other).includes(one) ? [other] : [one];',
      },
    ],
  },
  {
    id: 'caveat-touches-all',
    about: 'what is passed through is judged by what was held before caveats limited it to some places',
    patches: [
      {
        file: RIGHTS,
        find: 'const places = new Set([...held.values()].flatMap((one) => [...one]));',
        replace:
          'const places = new Set([...held.values()].flatMap((one) => [...one]));\n        for (const { boundary } of granular) { const at = placeOf(boundary, ground); if (at) places.add(at); }',
      },
    ],
  },
  {
    id: 'caveat-scopes-beside-permissions',
    about: 'a caveat of permissions alone leaves the scopes that rules ask for',
    patches: [
      {
        file: 'grants/held.js',
        find: 'scopes: onlyPermissions ? NO_NAMES : carried',
        replace: 'scopes: carried',
      },
    ],
  },
  {
    id: 'caveat-bundle-anywhere',
    about: 'a caveat leaves what a bundle holds also where the bundle is not offered',
    patches: [
      {
        file: 'rules/catalog.js',
        find: 'kinds: bundle?.boundaries ?? []',
        replace: "kinds: 'every kind'",
      },
    ],
  },
  {
    id: 'bundle-anywhere',
    about: 'a bundle of permissions can be granted where it is not offered',
    patches: [
      {
        file: 'rules/catalog.js',
        find: 'return bundle?.boundaries.includes(kind) ? bundle.permissions : [];',
        replace: 'return bundle ? bundle.permissions : [];',
      },
    ],
  },
  {
    id: 'raw-with-catalogue',
    about: 'a raw permission can be granted past its bundle',
    patches: [
      {
        file: 'rules/catalog.js',
        find: 'return bundle?.boundaries.includes(kind) ? bundle.permissions : [];',
        replace: 'return bundle ? (bundle.boundaries.includes(kind) ? bundle.permissions : []) : [name];',
      },
    ],
  },
  {
    id: 'rights-by-subject',
    about: "rights are kept under the subject, so that its second token gets the first one's",
    patches: [
      { file: CACHE, find: 'this.#kept.get(grants)', replace: 'this.#kept.get(grants.subject)' },
      { file: CACHE, find: 'this.#kept.set(grants, ', replace: 'this.#kept.set(grants.subject, ' },
      { file: CACHE, find: '#kept = new WeakMap();', replace: '#kept = new Map();' },
    ],
  },
  {
    id: 'rights-past-expiry',
    about: 'rights that were kept outlive the expiry of their grants',
    patches: [
      {
        file: CACHE,
        find: 'if (kept && kept.expires > now)',
        replace: 'if (kept)',
      },
    ],
  },
  {
    id: 'last-ruling',
    about: 'where no kept ruling fits, the last one is used',
    patches: [
      {
        file: DECISIONS,
        find: 'at = at.next.get(at.question(rights, scene));',
        replace: 'at = at.next.get(at.question(rights, scene)) ?? [...at.next.values()].at(-1);',
      },
    ],
  },
  {
    id: 'ruling-unasked',
    about: 'a kept ruling is used again without asking what it came from',
    patches: [
      {
        file: DECISIONS,
        find: 'at = at.next.get(at.question(rights, scene));',
        replace: 'at = at.next.values().next().value;',
      },
    ],
  },
  {
    id: 'ruling-of-other-effect',
    about: 'a ruling for `filter` is used for `reject` too',
    patches: [
      {
        file: DECISIONS,
        find: 'let rulings = effects.get(effect);',
        replace: 'let rulings = effects.values().next().value;',
      },
    ],
  },
  {
    id: 'answer-of-another-place',
    about: 'what a rule answers in one place is taken for its answer in another',
    patches: [
      {
        file: 'decide/oracle.js',
        find: '`rule ${this.#number(rule)} ${narrow} ${where}`',
        replace: '`rule ${this.#number(rule)} ${narrow}`',
      },
    ],
  },
  {
    id: 'document-by-plan',
    about: 'what is left of an operation is kept for all credentials',
    patches: [
      { file: 'enforce/executable.js', find: 'this.#kept.get(ruling)', replace: 'this.#kept.get(plan)' },
      { file: 'enforce/executable.js', find: 'this.#kept.set(ruling, ', replace: 'this.#kept.set(plan, ' },
    ],
  },
  {
    id: 'plan-without-operation-name',
    about: 'the plan of one operation of a document is used for another',
    patches: [
      { file: 'plan/operations.js', find: "const key = operationName ?? '';", replace: "const key = '';" },
    ],
  },
  {
    id: 'looked-up-first',
    about: 'of several ids that are looked up, only the first counts',
    patches: [
      {
        file: 'decide/locate.js',
        find: 'const found = ids.map((id) => {',
        replace: 'const found = ids.slice(0, 1).map((id) => {',
      },
    ],
  },
  {
    id: 'looked-up-itself',
    about: 'an id that has to be looked up is taken for the boundary itself',
    patches: [
      {
        file: 'decide/locate.js',
        find: 'if (argument && boundary)\n        return lookedUp(scene, use, boundaryType, argument, boundary);\n',
        replace: '',
      },
    ],
  },
  {
    id: 'place-by-name',
    about: 'a place that a source tells of is known by its name, and not by the id that it keeps',
    patches: [
      {
        file: ATLAS,
        find: 'const [key] = line ?? [];',
        replace:
          'const key = line ? `${kind}:=${identity}` : undefined;\n        if (line) line.splice(0, 1, key);',
      },
    ],
  },
  {
    id: 'place-without-lineage',
    about: 'what lies above a place is not what its source says, but what its id looks like: nothing',
    patches: [
      {
        file: ATLAS,
        find: 'return this.#lines.get(key) ?? this.#kinds.lineage(key);',
        replace: 'return this.#kinds.lineage(key);',
      },
    ],
  },
  {
    id: 'places-shared',
    about: 'what one credential was told of places is used for the next',
    patches: [
      {
        file: ATLAS,
        find: 'export class Atlas {',
        replace:
          'const KEYS = new WeakMap();\nconst LINES = new WeakMap();\nconst shared = (map, kinds) => map.get(kinds) ?? map.set(kinds, new Map()).get(kinds);\nexport class Atlas {',
      },
      {
        file: ATLAS,
        find: 'this.#kinds = kinds;',
        replace:
          'this.#kinds = kinds;\n        this.#keys = shared(KEYS, kinds);\n        this.#lines = shared(LINES, kinds);',
      },
    ],
  },
  {
    id: 'nowhere-is-a-place',
    about: 'two places that are not found are the same place',
    patches: [
      {
        file: ATLAS,
        find: 'this.#keys.set(at, key ?? null);',
        replace: 'this.#keys.set(at, key ?? `${kind}:?${identity}`);',
      },
      { file: ATLAS, find: 'return key ?? null;', replace: 'return this.#keys.get(at);' },
    ],
  },
  {
    id: 'place-half-understood',
    about: 'an answer about a place of which only a part is understood counts',
    patches: [
      {
        file: 'rules/placeline.js',
        find: "|| Object.keys(answer).some((key) => key !== 'id' && key !== 'above')",
        replace: '',
      },
    ],
  },
  {
    id: 'coarse-everywhere',
    about: 'a coarse scope passes permission rules in places that require granular tokens',
    patches: [
      {
        file: RIGHTS,
        find: "return this.#closed === 'everywhere' || this.#closed.size > 0;",
        replace: 'return false;',
      },
    ],
  },
  {
    id: 'coarse-below',
    about: 'a coarse scope is stopped at a place that requires granular tokens, and not below it',
    patches: [
      {
        file: RIGHTS,
        find: '!this.#ground.lineage(boundary).some((key) => closed.has(key))',
        replace: '!closed.has(boundary)',
      },
    ],
  },
  {
    id: 'coarse-in-one-of-two',
    about: 'a coarse scope counts where one of several places does not require granular tokens',
    patches: [
      {
        file: 'decide/decide.js',
        find: "if (!located.keys.every((key) => rights.reaches(key)))\n            return 'outside';",
        replace: 'if (!located.keys.every((key) => rights.reaches(key)))\n            continue;',
      },
    ],
  },
];
