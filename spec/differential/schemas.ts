import type { Places } from '../reference/ground.ts';
import type { Dice } from './dice.ts';
import { ASKED, makeGranularOnly, makePlaces } from './places.ts';

/** A rule as a rules file has it. */
export interface Written {
  scopes?: string[][];
  policies?: string[][];
  authenticated?: true;
  public?: true;
  inherits?: true;
  effect?: 'reject';
  permissions?: Entry[];
}

interface Entry {
  names: string[];
  boundaryType: string;
  boundary?: string;
  boundaryArgument?: string;
  group?: string;
}

/** A schema with everything that protects it. */
export interface Protected {
  readonly sdl: string;
  readonly rules: { version: 1; rest?: 'deny'; rules: Record<string, Written> };
  readonly boundaries: Record<string, { parent?: string; canonical?: 'lowercase'; places?: 'asked' }>;
  /** What is told of places, where kinds say that they are asked for. */
  readonly places?: Places;
  /** Places that require granular tokens. */
  readonly granularOnly?: readonly Readonly<Record<string, string>>[];
  readonly permissions?: Bundles;
  readonly coverage?: 'open';
}

/** A catalogue as its file has it. */
export interface Bundles {
  readonly permissions: readonly string[];
  readonly permission_groups: readonly {
    readonly name: string;
    readonly permissions: readonly string[];
    readonly boundaries: readonly string[];
  }[];
}

export const PERMISSIONS: readonly string[] = ['read_a', 'read_b', 'read_c', 'see_d', 'use_e', 'do_f'];
export const SCOPES: readonly string[] = ['s0', 's1', 's2'];
export const POLICIES: readonly string[] = ['p0', 'p1'];
export const BOUNDARIES: Protected['boundaries'] = {
  group: { parent: 'group' },
  project: { parent: 'group' },
};

/** What a rule stands on, which says what places it can name. */
type Where = 'plain' | 'standing' | 'object' | 'field' | 'inheriting' | 'root';

interface FieldPart {
  readonly name: string;
  readonly args: string[];
  readonly type: string;
}

interface TypePart {
  readonly keyword: 'type' | 'interface';
  readonly name: string;
  readonly interfaces: string[];
  readonly fields: FieldPart[];
}

/** Makes one schema. Its parts are small and named alike, so that a shrunk case can be read. */
export function makeSchema(dice: Dice): Protected {
  return new Maker(dice).make();
}

class Maker {
  readonly #dice: Dice;
  readonly #rules = new Map<string, Written>();
  readonly #objects: string[];
  readonly #interfaces: string[];
  readonly #types: TypePart[] = [];
  readonly #extra: string[] = [];
  readonly #connected: string[];
  readonly #hasUnion: boolean;
  /** Whether edges of every type can stand together. */
  readonly #hasEdges: boolean;
  /** Whether objects can be looked up by id. */
  readonly #hasNode: boolean;
  readonly #implementers = new Map<string, string[]>();
  /** How likely a coordinate below a type has a rule of its own. */
  readonly #density: number;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#objects = ['A', 'B', 'C', 'D', 'E'].slice(0, 3 + dice.below(3));
    this.#interfaces = ['I', 'J'].slice(0, dice.below(3));
    this.#hasUnion = dice.chance(0.6);
    this.#connected = [
      ...dice.some(this.#objects, 0.4),
      ...dice.some([...this.#interfaces, ...(this.#hasUnion ? ['U'] : [])], 0.25),
    ];
    this.#hasEdges = this.#connected.length > 0 && dice.chance(0.3);
    this.#hasNode = dice.chance(0.5);
    this.#density = dice.pick([0.05, 0.12, 0.25]);
  }

  make(): Protected {
    const dice = this.#dice;
    if (this.#hasNode)
      this.#types.push({
        keyword: 'interface',
        name: 'Node',
        interfaces: [],
        fields: [{ name: 'id', args: [], type: 'ID!' }],
      });
    for (const name of this.#interfaces) this.#interface(name);
    for (const name of this.#objects) this.#object(name);
    if (this.#hasEdges)
      this.#types.push({
        keyword: 'interface',
        name: 'AnyEdge',
        interfaces: [],
        fields: [{ name: 'cursor', args: [], type: 'String' }],
      });
    for (const name of this.#connected) this.#connection(name);
    if (dice.chance(0.5)) this.#helper();
    this.#inputs();
    const members = this.#objects.filter(
      (name, index) => !this.#rules.get(name)?.inherits && (index < 2 || dice.chance(0.5)),
    );
    if (this.#hasUnion) this.#extra.push(`union U${this.#rule('U', 0.15, 'plain')} = ${members.join(' | ')}`);
    this.#query();
    if (dice.chance(0.7)) this.#mutation();
    const fromFile: Record<string, Written> = {};
    const sdl = this.#print(
      (coordinate) => dice.chance(0.85) && !this.#rules.get(coordinate)?.effect,
      fromFile,
    );
    const bundles = dice.chance(0.25) ? this.#bundles() : undefined;
    return {
      sdl,
      rules: { version: 1, ...(dice.chance(0.05) ? { rest: 'deny' } : {}), rules: fromFile },
      ...this.#ground(),
      ...(bundles ? { permissions: bundles } : {}),
      ...(dice.chance(0.1) ? { coverage: 'open' } : {}),
    };
  }

  #ground(): Pick<Protected, 'boundaries' | 'places' | 'granularOnly'> {
    const dice = this.#dice;
    const isAsked = dice.chance(0.35);
    const granularOnly = dice.chance(0.25) ? makeGranularOnly(dice) : undefined;
    return {
      boundaries: isAsked ? ASKED : BOUNDARIES,
      ...(isAsked ? { places: makePlaces(dice) } : {}),
      ...(granularOnly ? { granularOnly } : {}),
    };
  }

  #bundles(): Bundles {
    const kinds = ['project', 'group', 'user', 'instance'];
    return {
      permissions: PERMISSIONS,
      permission_groups: [
        {
          name: 'view_all',
          permissions: PERMISSIONS.slice(0, 3),
          boundaries: this.#dice.some(kinds, 0.8).concat('project'),
        },
        {
          name: 'view_some',
          permissions: PERMISSIONS.slice(3, 5),
          boundaries: this.#dice.some(kinds, 0.6).concat('group'),
        },
        { name: 'work_all', permissions: PERMISSIONS.slice(5), boundaries: kinds },
      ].map((one) => ({ ...one, boundaries: [...new Set(one.boundaries)] })),
    };
  }

  /** Notes a rule for a coordinate; its directives are put in when everything is printed. */
  #rule(coordinate: string, probability: number, where: Where, args: readonly string[] = []): string {
    if (this.#dice.chance(probability)) {
      const rule = this.#written(where, args);
      if (rule) this.#rules.set(coordinate, rule);
    }
    return `«${coordinate}»`;
  }

  #written(where: Where, args: readonly string[]): Written | undefined {
    const dice = this.#dice;
    const kind = dice.weighted([
      [where === 'plain' ? 2 : 5, 'permissions'],
      [2, 'scopes'],
      [0.7, 'authenticated'],
      [0.7, 'policies'],
      [where === 'plain' || where === 'standing' ? 0 : 1, 'public'],
      [0.5, 'both'],
    ]);
    const scopes = { scopes: dice.chance(0.7) ? [[dice.pick(SCOPES)]] : [['s0'], ['s1', 's2']] };
    const permissions = this.#permissions(where, args);
    if (kind === 'scopes') return scopes;
    if (kind === 'authenticated') return { authenticated: true };
    if (kind === 'policies') return { policies: [[dice.pick(POLICIES)]] };
    if (kind === 'public') return { public: true };
    if (!permissions) return scopes;
    return kind === 'both' ? { ...permissions, ...scopes } : permissions;
  }

  #permissions(where: Where, args: readonly string[]): Written | undefined {
    const dice = this.#dice;
    const names = dice.chance(0.85) ? [dice.pick(PERMISSIONS)] : ['read_a', 'see_d'];
    const entry = (boundaryType: string, more: Partial<Entry> = {}): Entry => ({
      names,
      boundaryType,
      ...more,
    });
    const standing = (): Written => ({ permissions: [entry(dice.pick(['instance', 'user']))] });
    const byArgument = args.filter((arg) => arg.startsWith('path') || arg.startsWith('input'));
    if (where === 'standing') return standing();
    if (where === 'plain') return dice.chance(0.6) ? standing() : { permissions: [entry('project')] };
    const argument = (): Partial<Entry> => {
      const name = dice.pick(byArgument);
      return { boundaryArgument: name.startsWith('input') ? `${name}.path` : name };
    };
    if (where === 'root') {
      const boundary = dice.pick(['path', 'place { path }']);
      if (args.includes('id') && dice.chance(0.6))
        return { permissions: [entry('project', { boundaryArgument: 'id', boundary })] };
      if (args.includes('ids') && dice.chance(0.6))
        return { permissions: [entry('project', { boundaryArgument: 'ids', boundary })] };
      if (byArgument.length === 0) return standing();
      return dice.weighted<() => Written>([
        [5, () => ({ permissions: [entry('project', argument())] })],
        [1, () => ({ permissions: [entry('project', argument()), entry('instance')] })],
        [1, () => ({ permissions: [entry('group', argument())] })],
        [1, standing],
      ])();
    }
    const isHelper = where === 'inheriting';
    if (where === 'field' || where === 'inheriting')
      return dice.weighted<() => Written>([
        [3, () => ({ permissions: [entry('project')] })],
        [isHelper ? 0 : 2, () => ({ permissions: [entry('project', { boundary: 'path' })] })],
        [isHelper ? 0 : 1, () => ({ permissions: [entry('group', { boundary: 'group' })] })],
        [byArgument.length > 0 ? 2 : 0, () => ({ permissions: [entry('project', argument())] })],
        [1, standing],
      ])();
    return dice.weighted<() => Written>([
      [
        6,
        () => ({
          permissions: [entry('project', { boundary: dice.pick(['path', 'path', 'place { path }']) })],
        }),
      ],
      [2, () => ({ permissions: [entry('group', { boundary: 'group' })] })],
      [
        2,
        () => ({
          permissions: [entry('project', { boundary: 'path' }), entry('group', { boundary: 'group' })],
        }),
      ],
      [
        1,
        () => ({
          permissions: [entry('project', { boundary: 'path' }), entry('user', { boundary: 'owner' })],
        }),
      ],
      [1, () => ({ permissions: [entry('project', { boundary: 'path' }), entry('instance')] })],
      [
        2,
        () => ({
          permissions: [
            entry('project', { boundary: 'path' }),
            { names: [dice.pick(PERMISSIONS)], boundaryType: 'group', boundary: 'group', group: 'second' },
          ],
        }),
      ],
      [0.7, () => ({ permissions: [entry('user', { boundary: 'owner' })] })],
      [0.5, () => ({ permissions: [entry('project', { boundaryArgument: 'path' })] })],
      [0.7, standing],
    ])();
  }

  #interface(name: string): void {
    const parents = name === 'J' && this.#dice.chance(0.5) ? ['I'] : [];
    const own: FieldPart[] = [
      { name: `${name.toLowerCase()}Text`, args: [], type: 'String' },
      { name: `${name.toLowerCase()}Link`, args: [], type: this.#dice.pick(this.#objects) },
    ];
    const fields = [...parents.flatMap((parent) => this.#fieldsOf(parent)), ...own];
    if (this.#dice.chance(0.25)) this.#rule(name, 1, 'standing');
    for (const field of own) this.#rule(`${name}.${field.name}`, this.#density, 'plain');
    this.#types.push({ keyword: 'interface', name, interfaces: parents, fields });
  }

  #fieldsOf(name: string): FieldPart[] {
    return this.#types.find((type) => type.name === name)?.fields ?? [];
  }

  #object(name: string): void {
    const dice = this.#dice;
    const isNode = this.#hasNode && (name === 'A' || dice.chance(0.5));
    // An interface that has connections has an implementer.
    const connected = this.#interfaces.filter((one) => name === 'A' && this.#connected.includes(one));
    const direct = [...(isNode ? ['Node'] : []), ...connected, ...dice.some(this.#interfaces, 0.5)];
    const interfaces = [
      ...new Set(
        direct.flatMap((one) => [one, ...(this.#types.find((type) => type.name === one)?.interfaces ?? [])]),
      ),
    ];
    for (const one of interfaces) this.#implementers.set(one, [...(this.#implementers.get(one) ?? []), name]);
    const fields = [
      ...new Map(
        interfaces.flatMap((one) => this.#fieldsOf(one)).map((field) => [field.name, field]),
      ).values(),
    ];
    fields.push({ name: 'path', args: [], type: 'ID' }, { name: 'group', args: [], type: 'ID' });
    fields.push({ name: 'owner', args: [], type: 'ID' }, { name: 'place', args: [], type: 'Place' });
    for (const index of [0, 1, 2].slice(0, 1 + dice.below(3))) {
      const args = dice.chance(0.3) ? this.#arguments() : [];
      fields.push({ name: `leaf${index}`, args, type: this.#leafType() });
    }
    for (const index of [0, 1, 2].slice(0, 1 + dice.below(3))) {
      const args = dice.chance(0.15) ? this.#arguments() : [];
      fields.push({ name: `link${index}`, args, type: this.#linkType() });
    }
    // A is never a helper, so that unions have a member.
    this.#cover(name, interfaces.length === 0 && name !== 'A');
    for (const field of fields) {
      const isInherited = interfaces.some((one) =>
        this.#fieldsOf(one).some((same) => same.name === field.name),
      );
      if (['id', 'path', 'group', 'owner', 'place'].includes(field.name) && dice.chance(0.8)) continue;
      if (!isInherited || dice.chance(0.3)) {
        this.#rule(
          `${name}.${field.name}`,
          this.#density,
          this.#rules.get(name)?.inherits ? 'inheriting' : 'field',
          field.args.map(nameOf),
        );
        if (dice.chance(0.03)) this.#reject(`${name}.${field.name}`);
        for (const arg of field.args) this.#rule(`${name}.${field.name}(${nameOf(arg)}:)`, 0.1, 'plain');
      }
    }
    this.#types.push({ keyword: 'type', name, interfaces, fields });
  }

  #reject(coordinate: string): void {
    const rule = this.#rules.get(coordinate);
    if (rule && !rule.public) rule.effect = 'reject';
  }

  #cover(name: string, mayInherit: boolean): void {
    const how = this.#dice.weighted([
      [10, 'ruled'],
      [1.5, 'public'],
      [mayInherit ? 1.5 : 0, 'inherits'],
      [0.25, 'unmarked'],
    ] as const);
    if (how === 'public') this.#rules.set(name, { public: true });
    if (how === 'inherits') this.#rules.set(name, { inherits: true });
    if (how === 'ruled') this.#rule(name, 1, 'object');
  }

  #leafType(): string {
    const type = this.#dice.weighted([
      [5, 'String'],
      [2, 'Int'],
      [1.5, 'Kind'],
      [1, 'Money'],
      [0.7, '[Kind]'],
      [0.5, '[String!]'],
    ]);
    return this.#dice.chance(0.15) ? `${type}!` : type;
  }

  #linkType(): string {
    const dice = this.#dice;
    const abstract = [
      ...this.#interfaces.filter((one) => this.#implementers.has(one)),
      ...(this.#hasUnion ? ['U'] : []),
    ];
    const named = dice.weighted([
      [5, dice.pick(this.#objects)],
      [abstract.length > 0 ? 3 : 0, abstract.length > 0 ? dice.pick(abstract) : 'A'],
    ]);
    if (this.#hasEdges && dice.chance(0.1)) return dice.pick(['[AnyEdge]', 'AnyEdge']);
    if (this.#connected.length > 0 && dice.chance(0.25)) return `${dice.pick(this.#connected)}Connection`;
    return dice.weighted([
      [5, named],
      [0.7, `${named}!`],
      [3, `[${named}]`],
      [1, `[${named}!]`],
      [0.7, `[${named}!]!`],
      [0.7, `[[${named}]]`],
    ]);
  }

  #connection(name: string): void {
    this.#types.push({
      keyword: 'type',
      name: `${name}Connection`,
      interfaces: [],
      fields: [
        { name: 'nodes', args: [], type: `[${name}]` },
        { name: 'edges', args: [], type: `[${name}Edge]` },
        { name: 'totalCount', args: [], type: 'Int' },
        { name: 'pageInfo', args: [], type: 'PageInfo' },
      ],
    });
    this.#rule(`${name}Connection.totalCount`, 0.1, 'plain');
    this.#types.push({
      keyword: 'type',
      name: `${name}Edge`,
      interfaces: this.#hasEdges ? ['AnyEdge'] : [],
      fields: [
        { name: 'cursor', args: [], type: 'String' },
        { name: 'node', args: [], type: name },
        ...(this.#dice.chance(0.4) ? [{ name: 'by', args: [], type: this.#dice.pick(this.#objects) }] : []),
      ],
    });
  }

  /** A part of A that is no Relay shape and says that it inherits. */
  #helper(): void {
    const fields: FieldPart[] = [
      { name: 'count', args: [], type: 'Int' },
      { name: 'first', args: [], type: this.#dice.pick(this.#objects) },
    ];
    if (this.#connected.length > 0)
      fields.push({ name: 'more', args: [], type: `${this.#dice.pick(this.#connected)}Connection` });
    this.#types.push({ keyword: 'type', name: 'Part', interfaces: [], fields });
    this.#rules.set('Part', { inherits: true });
    for (const name of this.#dice.some(this.#objects, 0.6))
      this.#fieldsOf(name).push({
        name: 'part',
        args: [],
        type: this.#dice.pick(['Part', 'Part', '[Part]']),
      });
  }

  #inputs(): void {
    const rule = (coordinate: string, probability: number): string =>
      this.#rule(coordinate, probability, 'plain');
    this.#extra.push(
      `enum Kind${rule('Kind', 0.05)} { ONE TWO${rule('Kind.TWO', 0.35)} THREE${rule('Kind.THREE', 0.1)} }`,
      `scalar Money${rule('Money', 0.3)}`,
      'type Place «Place» { path: ID }',
      `input In${rule('In', 0.15)} { path: ID text: String${rule('In.text', 0.3)} kind: Kind inner: Deep${rule('In.inner', 0.1)} many: [Deep!] dull: Kind = ${this.#dice.pick(['ONE', 'TWO'])} }`,
      `input Deep${rule('Deep', 0.1)} { kinds: [Kind] note: String${rule('Deep.note', 0.3)} again: In money: Money }`,
    );
    this.#rules.set('Place', { public: true });
    this.#extra.push('type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! endCursor: String }');
  }

  #arguments(): string[] {
    const args = [
      'path: ID',
      'paths: [ID!]',
      'kind: Kind',
      'kinds: [Kind]',
      'input: In',
      'inputs: [In!]',
      'path2: ID = "acme/web"',
      'def: Kind = TWO',
      'text: String',
    ];
    if (this.#hasNode) args.push('id: ID', 'ids: [ID!]');
    return this.#dice.some(args, 0.3);
  }

  #query(): void {
    const dice = this.#dice;
    const fields: FieldPart[] = [];
    for (const name of this.#objects) {
      const args = this.#arguments();
      fields.push({ name: `q${name}`, args, type: dice.chance(0.6) ? name : this.#wrapped(name) });
      if (dice.chance(0.4)) fields.push({ name: `q${name}s`, args: [], type: this.#wrapped(name) });
    }
    // What hangs on a root is refused to most: lists of several types hang on objects more often.
    for (const name of this.#connected.filter((one) => dice.chance(this.#objects.includes(one) ? 0.7 : 0.3)))
      fields.push({ name: `q${name}Page`, args: this.#arguments(), type: `${name}Connection` });
    for (const name of this.#interfaces.filter((one) => this.#implementers.has(one)))
      fields.push({ name: `q${name}`, args: [], type: dice.chance(0.5) ? name : `[${name}]` });
    if (this.#hasUnion) fields.push({ name: 'qU', args: [], type: dice.pick(['U', '[U]', '[U!]!']) });
    if (this.#hasNode) {
      fields.push({ name: 'node', args: ['id: ID!'], type: 'Node' });
      fields.push({
        name: 'nodes',
        args: ['ids: [ID!]!'],
        type: dice.pick(['[Node]', '[Node]!', '[Node!]']),
      });
    }
    fields.push({ name: 'leaf', args: [...this.#arguments(), 'text2: String'], type: 'String' });
    this.#root('Query', fields);
  }

  #wrapped(name: string): string {
    return this.#dice.pick([`[${name}]`, `[${name}!]`, `[${name}!]!`, `[[${name}]!]`, `${name}!`]);
  }

  #mutation(): void {
    const dice = this.#dice;
    const fields: FieldPart[] = [];
    for (const name of dice.some(this.#objects, 0.6)) {
      const type = dice.pick([`${name}Payload`, `${name}Payload!`, name, 'Boolean', `[${name}]`]);
      fields.push({ name: `m${name}`, args: this.#arguments(), type });
      if (!type.includes('Payload')) continue;
      const inner: FieldPart[] = [
        { name: 'ok', args: [], type: 'Boolean' },
        { name: 'thing', args: [], type: name },
        { name: 'errors', args: [], type: '[String!]' },
      ];
      if (this.#connected.length > 0 && dice.chance(0.4))
        inner.push({ name: 'list', args: [], type: `${dice.pick(this.#connected)}Connection` });
      if (this.#types.some((one) => one.name === 'Part'))
        inner.push({ name: 'part', args: [], type: 'Part' });
      this.#types.push({ keyword: 'type', name: `${name}Payload`, interfaces: [], fields: inner });
      this.#rule(`${name}Payload.ok`, 0.3, 'plain');
    }
    if (fields.length === 0) fields.push({ name: 'mLeaf', args: ['path: ID', 'input: In'], type: 'String' });
    this.#root('Mutation', fields);
  }

  #root(name: 'Query' | 'Mutation', fields: FieldPart[]): void {
    for (const field of fields) {
      const isOwn = name === 'Mutation' || !/^q[A-E]/.test(field.name);
      const args = field.args.map(nameOf);
      const probability = name === 'Mutation' ? 0.93 : isOwn ? 0.97 : 0.3;
      this.#rule(`${name}.${field.name}`, probability, 'root', args);
      if (this.#dice.chance(0.02)) this.#reject(`${name}.${field.name}`);
      for (const arg of args) this.#rule(`${name}.${field.name}(${arg}:)`, 0.06, 'standing');
    }
    if (this.#dice.chance(0.06)) this.#rules.set(name, { scopes: [['s0']] });
    this.#types.push({ keyword: 'type', name, interfaces: [], fields });
  }

  #print(isInSdl: (coordinate: string) => boolean, fromFile: Record<string, Written>): string {
    const used = new Set<string>();
    const mark = (coordinate: string): string => {
      used.add(coordinate);
      const rule = this.#rules.get(coordinate);
      if (!rule) return '';
      if (isInSdl(coordinate)) return directives(rule);
      fromFile[coordinate] = rule;
      return '';
    };
    const types = this.#types.map(({ keyword, name, interfaces, fields }) => {
      const lines = fields.map((field) => {
        const at = `${name}.${field.name}`;
        const args = field.args.map((arg) => `${arg}${mark(`${at}(${nameOf(arg)}:)`)}`);
        return `  ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}${mark(at)}`;
      });
      const from = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : '';
      return `${keyword} ${name}${from}${mark(name)} {\n${lines.join('\n')}\n}`;
    });
    const extra = this.#extra.map((text) =>
      text.replaceAll(/ ?«([^»]*)»/g, (_, coordinate: string) => mark(coordinate)),
    );
    return [...types, ...extra].join('\n');
  }
}

function nameOf(arg: string): string {
  return arg.slice(0, arg.indexOf(':'));
}

function directives(rule: Written): string {
  const json = (value: unknown): string => JSON.stringify(value);
  const parts: string[] = [];
  if (rule.public) parts.push('@public');
  if (rule.inherits) parts.push('@inherits');
  if (rule.authenticated) parts.push('@authenticated');
  if (rule.scopes) parts.push(`@requiresScopes(scopes: ${json(rule.scopes)})`);
  if (rule.policies) parts.push(`@policy(policies: ${json(rule.policies)})`);
  for (const { names, boundaryType, boundary, boundaryArgument, group } of rule.permissions ?? []) {
    const args = [`permissions: ${json(names)}`, `boundaryType: ${json(boundaryType)}`];
    if (boundary) args.push(`boundary: ${json(boundary)}`);
    if (boundaryArgument) args.push(`boundaryArgument: ${json(boundaryArgument)}`);
    if (group) args.push(`group: ${json(group)}`);
    parts.push(`@requiresPermissions(${args.join(', ')})`);
  }
  return parts.map((part) => ` ${part}`).join('');
}
