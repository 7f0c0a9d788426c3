import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { coordinateKind } from '../coordinates.ts';
import { createAmbit } from '../create.ts';
import type { Ambit } from '../engine.ts';
import { loadPermissions, loadRules } from '../load.ts';
import type { Grants } from '../types.ts';
import { hiddenBy } from './hidden.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

interface Asked {
  readonly document: string;
  readonly variables?: Record<string, unknown>;
}

/** An operation with one hole for a name, valid against the whole schema with the hidden one in it. */
type Place = (name: string) => Asked;

/** A hand-made schema in which every kind of coordinate is ruled, and names lie near each other. */
const KNOT = `
  directive @mark(tone: Tone, plain: Int) on FIELD | QUERY
  directive @veiled(depth: Int) on FIELD | QUERY
  type Query {
    thing(id: ID, filter: Filter, tone: Tone = PALE): Thing
    things: [Thing]
    secretThing: Secret
    any: Any
    named: Named
    tone: Tone
    other(by: Hidden): String
    must(by: Filter!): String
  }
  type Mutation { paint(input: Filter!, secretly: Boolean): Thing  paintAll: Int }
  interface Named { name: String  secretName: String }
  interface Veiled { veil: String }
  type Thing implements Named { id: ID  name: String  secretName: String  owner(secretDepth: Int, depth: Int): Thing  any: Any }
  type Secret implements Named & Veiled { name: String  secretName: String  veil: String  code: Int }
  union Any = Thing | Secret
  enum Tone { PALE  PALER  DARK }
  enum Shade { DEEP }
  input Filter { name: String  secretName: String  tone: Tone  inner: Filter  hidden: Hidden  shade: Shade }
  input Hidden { key: String }
`;
const RULED = [
  'Query.secretThing',
  'Secret',
  'Veiled',
  'Thing.secretName',
  'Named.secretName',
  'Thing.owner(secretDepth:)',
  'Mutation.paintAll',
  'Mutation.paint(secretly:)',
  'Tone.PALER',
  'Shade',
  'Filter.secretName',
  'Hidden',
  '@veiled',
  '@mark(tone:)',
];

const needing = (effect?: string): object => ({
  version: 1,
  rules: Object.fromEntries([
    ...RULED.map((one) => [one, { scopes: [['high']], ...(effect ? { effect } : {}) }]),
    ['@mark', { public: true }],
  ]),
});

async function engines(): Promise<[string, Ambit, Grants][]> {
  const forge = {
    schema: read('examples/forge/schema.graphql'),
    rules: await loadRules(`${root}examples/forge/rules.yml`),
    permissions: await loadPermissions(`${root}examples/forge/catalog`),
  };
  const github = {
    schema: read('node_modules/@octokit/graphql-schema/schema.graphql'),
    rules: await loadRules(`${root}examples/github/rules.yml`),
    permissions: await loadPermissions(`${root}examples/github/catalog`),
  };
  const github1 = createAmbit({ ...github, effect: 'hide' });
  const holding = (engine: Ambit, wanted: RegExp, boundary: Record<string, string>): Grants => ({
    granular: [
      {
        permissions: [...engine.policy.catalog.assignables.keys()].filter((one) => wanted.test(one)),
        boundary,
      },
    ],
  });
  const forge1 = createAmbit({ ...forge, effect: 'hide' });
  const overlay = [...forge1.policy.rules.keys()].map((coordinate) => ({
    coordinate,
    effect: 'hide' as const,
    origin: {},
  }));
  const forge2 = createAmbit({
    ...forge,
    rules: { ...forge.rules, rules: [...forge.rules.rules, ...overlay] },
  });
  return [
    ['knot', createAmbit({ schema: KNOT, rules: needing(), coverage: 'open', effect: 'hide' }), {}],
    ['knot, by rule', createAmbit({ schema: KNOT, rules: needing('hide'), coverage: 'open' }), {}],
    ['forge', forge1, holding(forge1, /issue|note/, { project: 'acme/web' })],
    ['forge, nothing', forge1, {}],
    ['forge, by rule', forge2, holding(forge2, /issue/, { project: 'acme/web' })],
    ["GitHub's", github1, holding(github1, /issue|repository$/, { owner: 'acme' })],
  ];
}

/** What a place needs of the schema: how types are reached, and literals that fit. */
class Writer {
  readonly schema: GraphQLSchema;
  /** For each composite type, the text around a selection on it. */
  readonly #ways = new Map<string, (inner: string) => string>();
  /** For each input type and enum, the place in which a value of it can stand. */
  readonly inputs = new Map<
    string,
    { type: string; around: (value: string) => string; use: (value: string) => string }
  >();

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
    for (const [verb, type] of [
      ['query', schema.getQueryType()],
      ['mutation', schema.getMutationType()],
    ] as const) {
      if (type && !this.#ways.has(type.name)) this.#ways.set(type.name, (inner) => `${verb} Q{ ${inner} }`);
    }
    for (const [name, way] of this.#ways) this.#spread(name, way);
  }

  #spread(name: string, way: (inner: string) => string): void {
    const type = this.schema.getType(name);
    const reach = (to: GraphQLNamedType, around: (inner: string) => string): void => {
      if (isCompositeType(to) && !this.#ways.has(to.name))
        this.#ways.set(to.name, (inner) => way(around(inner)));
    };
    if (isUnionType(type))
      for (const one of type.getTypes()) reach(one, (inner) => `... on ${one.name} { ${inner} }`);
    if (!type || !('getFields' in type) || isInputObjectType(type)) return;
    if (!isObjectType(type))
      for (const one of this.schema.getPossibleTypes(type))
        reach(one, (inner) => `... on ${one.name} { ${inner} }`);
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      reach(named, (inner) => `${field.name}${this.args(field.args)} { ${inner} }`);
      for (const arg of field.args)
        this.#input(
          getNamedType(arg.type),
          String(arg.type),
          (value) => value,
          (value) => way(`${field.name}${this.args(field.args, arg.name, value)} ${this.below(named)}`),
        );
    }
  }

  #input(
    type: GraphQLNamedType,
    written: string,
    around: (value: string) => string,
    use: (value: string) => string,
  ): void {
    if (this.inputs.has(type.name)) return;
    this.inputs.set(type.name, { type: written, around, use });
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields()))
      this.#input(
        getNamedType(field.type),
        written,
        (value) => around(this.object(type, field.name, value)),
        use,
      );
  }

  at(type: string): ((inner: string) => string) | undefined {
    return this.#ways.get(type);
  }

  below(type: GraphQLNamedType): string {
    return isCompositeType(type) ? '{ __typename }' : '';
  }

  args(args: readonly GraphQLArgument[], name?: string, value?: string): string {
    const texts = args.flatMap((arg) =>
      arg.name === name
        ? [`${name}: ${value}`]
        : isRequiredArgument(arg)
          ? [`${arg.name}: ${literal(arg.type)}`]
          : [],
    );
    return texts.length > 0 ? `(${texts.join(', ')})` : '';
  }

  object(type: GraphQLNamedType, name: string, value: string, hole = name): string {
    if (!isInputObjectType(type)) return '';
    const others = Object.values(type.getFields()).filter(
      (one) => isRequiredInputField(one) && one.name !== name && !type.isOneOf,
    );
    const texts = others.map((one) => `${one.name}: ${literal(one.type)}`);
    return `{ ${[...texts, `${hole}: ${value}`].join(', ')} }`;
  }
}

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (!isInputObjectType(type))
    return type.name === 'Boolean' ? 'true' : /Int|Float/.test(type.name) ? '1' : '"a"';
  const fields = Object.values(type.getFields());
  const written = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return `{ ${written.map((one) => `${one.name}: ${literal(one.type)}`).join(', ')} }`;
}

/** A literal as JSON: names quoted, enum values as strings. */
const json = (text: string): unknown =>
  JSON.parse(
    text.replace(/"[^"]*"|(?<![\w"])(?!(?:true|false|null)\b)[A-Za-z_]\w*/g, (one) =>
      one.startsWith('"') ? one : `"${one}"`,
    ),
  );

/** Every place in which a coordinate can be named, with the last part of its name left open. */
function placesOf(writer: Writer, coordinate: string): { name: string; places: Place[] } {
  const { schema } = writer;
  const [, at, head = '', member, arg] = /^(@?)(\w+)(?:\.(\w+))?(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const name = arg ?? member ?? head;
  if (at) {
    const on = schema.getDirective(head);
    const value = on?.args.find((one) => one.name === arg);
    return {
      name,
      places: [
        (hole) => ({
          document: arg
            ? `{ __typename @${head}(${hole}: ${literal(value!.type)}) }`
            : `query Q @${hole} { __typename @${hole} }`,
        }),
      ],
    };
  }
  const type = schema.getType(head)!;
  if (!member) return { name, places: typePlaces(writer, type) };
  const given = writer.inputs.get(head);
  if (isEnumType(type) || isInputObjectType(type)) {
    if (!given) return { name, places: [] };
    const value = (hole: string): string =>
      isInputObjectType(type)
        ? writer.object(type, member, literal(type.getFields()[member]!.type), hole)
        : hole;
    return {
      name,
      places: [
        (hole) => ({ document: given.use(given.around(value(hole))) }),
        (hole) => ({
          document: given.use('$v').replace(/Q\{/, `Q($v: ${given.type}) {`),
          variables: { v: json(given.around(value(hole))) },
        }),
        (hole) => ({
          document: given.use('$v').replace(/Q\{/, `Q($v: ${given.type} = ${given.around(value(hole))}) {`),
        }),
      ],
    };
  }
  const way = writer.at(head);
  if (!way || !('getFields' in type)) return { name, places: [] };
  const field = type.getFields()[member]!;
  const returned = getNamedType(field.type);
  const args = 'args' in field ? field.args : [];
  if (arg) {
    const value = literal(args.find((one) => one.name === arg)!.type);
    return {
      name,
      places: [
        (hole) => ({
          document: way(
            `${member}${writer.args(args, arg, value).replace(`${arg}:`, `${hole}:`)} ${writer.below(returned)}`,
          ),
        }),
      ],
    };
  }
  const text = (hole: string): string => `${hole}${writer.args(args)} ${writer.below(returned)}`;
  return {
    name,
    places: [
      (hole) => ({ document: way(text(hole)) }),
      (hole) => ({ document: way(`__typename x: ${text(hole)} @skip(if: true)`) }),
      (hole) => ({ document: `${way('...F')} fragment F on ${head} { ${text(hole)} }` }),
    ],
  };
}

function typePlaces(writer: Writer, type: GraphQLNamedType): Place[] {
  const places: Place[] = [
    (hole) => ({ document: `{ __type(name: "${hole}") { name fields { name } possibleTypes { name } } }` }),
    (hole) => ({
      document:
        'query ($n: String!) { __typename ...F } fragment F on Query { t: __type(name: $n) { name } }',
      variables: { n: hole },
    }),
  ];
  const way = writer.at(type.name);
  if (way) {
    places.push((hole) => ({ document: way(`... on ${hole} { __typename }`) }));
    places.push((hole) => ({ document: `${way('...F')} fragment F on ${hole} { __typename }` }));
    if (isObjectType(type)) {
      for (const one of [...type.getInterfaces(), ...unionsWith(writer.schema, type)].slice(0, 3)) {
        const above = writer.at(one.name);
        if (above) places.push((hole) => ({ document: above(`... on ${hole} { __typename }`) }));
      }
    }
  }
  const given = writer.inputs.get(type.name);
  if (given && given.around('$v') === '$v') {
    places.push((hole) => ({
      document: given.use('$v').replace(/Q\{/, `Q($v: ${given.type.replace(type.name, hole)}) {`),
      variables: { v: isInputObjectType(type) || isEnumType(type) ? json(literal(type)) : 'a' },
    }));
  }
  return places;
}

const unionsWith = (schema: GraphQLSchema, type: GraphQLNamedType): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(
    (one) => isUnionType(one) && one.getTypes().some((member) => member === type),
  );

function everyCoordinate(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return [
    ...schema
      .getDirectives()
      .flatMap(({ name, args }) => [`@${name}`, ...args.map((arg) => `@${name}(${arg.name}:)`)]),
    ...types.flatMap((type) => [
      type.name,
      ...(isEnumType(type) ? type.getValues().map(({ name }) => `${type.name}.${name}`) : []),
      ...('getFields' in type
        ? Object.values(type.getFields()).flatMap((field) => [
            `${type.name}.${field.name}`,
            ...('args' in field
              ? field.args.map((arg: GraphQLArgument) => `${type.name}.${field.name}(${arg.name}:)`)
              : []),
          ])
        : []),
    ]),
  ];
}

const SUGGESTION = / Did you mean (?:[^"?\\]|\\"[^"]*")*\?/g;

/** The answer without suggestions, which depend on how a name is spelled, and with both names alike. */
function neutral(answer: unknown, ...names: string[]): string {
  return names.reduce(
    (text, name) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '<name>'),
    // Where it suggests something, graphql 17 puts a full stop in the place of a comma.
    JSON.stringify(answer).replace(SUGGESTION, '').replaceAll('. Found: ', ', found: '),
  );
}

/** A name of the same length that nothing in the schema has, and that is near to nothing. */
function stranger(name: string, taken: ReadonlySet<string>): string {
  for (const letter of 'zqxjkvw') {
    for (const last of 'qzxjkvw') {
      const one = `${letter.repeat(Math.max(0, name.length - 1))}${last}`;
      if (!taken.has(one)) return one;
    }
  }
  throw new Error('every name is taken');
}

const typos = (name: string): string[] => {
  const middle = name.length >> 1;
  return [
    name.slice(0, -1),
    `${name}s`,
    `${name.slice(0, middle)}${name.slice(middle + 1)}`,
    `${name.slice(0, middle)}x${name.slice(middle + 1)}`,
  ].filter((one) => /^[A-Za-z]\w*$/.test(one) && one !== name);
};

describe.each(await engines())('a hidden name of the %s schema', (_name, engine, grants) => {
  const { schema } = engine.policy;
  const mask = engine.mask(grants);
  const writer = new Writer(schema);
  const all = everyCoordinate(schema);
  const words = new Set(all.flatMap((one) => one.match(/\w+/g) ?? []));
  const shown = new Set(printSchema(mask).match(/\w+/g));
  const isRuled = engine.effect === 'hide' ? undefined : hiddenBy(engine.policy, mask);
  const hidden = all.filter(
    (one) => coordinateKind(mask, one) === undefined && (!isRuled || isRuled.has(one)),
  );
  const step = Math.max(1, Math.floor(hidden.length / 60));
  const sample = hidden.filter((_, index) => index % step === 0);
  const few = sample.filter((_, index) => index % 3 === 0);
  const ask = async ({ document, variables }: Asked): Promise<unknown> =>
    engine.execute({ document, grants, ...(variables ? { variables } : {}) });

  it('is answered like a name that never was, wherever it stands', async () => {
    let asked = 0;
    for (const coordinate of sample) {
      const { name, places } = placesOf(writer, coordinate);
      const other = stranger(name, words);
      for (const place of places) {
        const told = neutral(await ask(place(name)), name, other);
        const expected = neutral(await ask(place(other)), name, other);
        expect({ coordinate, asked: place(name), told }).toEqual({
          coordinate,
          asked: place(name),
          told: expected,
        });
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(sample.length / 4);
  });

  it('is answered like by an API that has nothing but what is shown, to the byte', async () => {
    const bare = createAmbit({ schema: printSchema(mask), coverage: 'open' });
    for (const coordinate of few) {
      for (const place of placesOf(writer, coordinate).places) {
        const asked = place(placesOf(writer, coordinate).name);
        const told = JSON.stringify(await ask(asked));
        const expected = JSON.stringify(await bare.execute({ ...asked, grants: {} }));
        expect({ asked, told }).toEqual({ asked, told: expected });
      }
    }
  });

  it('is suggested to nobody', async () => {
    for (const coordinate of few) {
      const { name, places } = placesOf(writer, coordinate);
      if (shown.has(name)) continue;
      for (const place of places) {
        for (const typo of typos(name)) {
          const text = JSON.stringify(await ask(place(typo)));
          const leaks = text.match(SUGGESTION)?.filter((one) => new RegExp(`\\b${name}\\b`).test(one)) ?? [];
          expect({ coordinate, typo, leaks }).toEqual({ coordinate, typo, leaks: [] });
        }
      }
    }
  });
});

it.each(['hide', 'filter'] as const)(
  'says no hidden name of what resolvers return, under %s',
  async (effect) => {
    const engine = createAmbit({
      schema: KNOT,
      rules: needing(effect === 'filter' ? 'hide' : undefined),
      coverage: 'open',
      effect,
    });
    const secret = { __typename: 'Secret', name: 'a', secretName: 'b', veil: 'c', code: 1 };
    const thing = { __typename: 'Thing', name: 'x', any: secret };
    const rootValue = { named: secret, any: secret, tone: 'PALER', things: [thing, secret], thing };
    const documents = [
      '{ named { name } any { __typename } tone }',
      '{ named { __typename name ... on Thing { name } } }',
      '{ thing { any { ... on Thing { name } __typename } } things { name any { __typename } } }',
      '{ any { ... on Named { name } } __schema { types { name enumValues { name } possibleTypes { name } } } }',
    ];
    for (const document of documents) {
      const text = JSON.stringify(await engine.execute({ document, rootValue, grants: {} }));
      expect(text.match(/Secret|PALER|secretName|[Vv]eil/g) ?? []).toEqual([]);
      expect(text).toContain('"data"');
    }
  },
);
