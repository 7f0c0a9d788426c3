import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { chainsFrom, type Field, type Hop, hopsFrom, leavesOf, nodeOf } from './chains.ts';
import type { Dice } from './dice.ts';

/** A generated operation with one root field, whose arguments are variables of the same names. */
export interface Operation {
  readonly title: string;
  readonly text: string;
  readonly document: DocumentNode;
  readonly verb: 'query' | 'mutation';
  readonly root: Field;
  /** Type of the object that the arguments name: where the first step of the way leads. */
  readonly aim: string;
  /** How many steps the longest way in it has. */
  readonly steps: number;
  /** Whether nothing is read on the way, so that only what lies at its end can be denied. */
  readonly isPlain: boolean;
}

/** What an operation does besides following its way. */
interface Style {
  readonly readsOnTheWay: boolean;
  readonly counts: boolean;
  readonly names: boolean;
  readonly aliases: boolean;
  readonly fragment: boolean;
  readonly condition: boolean;
}

/** One operation for each way from the root, and one for each start that goes everywhere at once. */
export function generateOperations(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  most: number,
  dice: Dice,
): Operation[] {
  const chains = chainsFrom(schema, root, most);
  const ways = chains.map((chain) => new Writer(schema, root, dice).way(chain));
  const starts = chains.filter((chain) => chain.length === 1);
  const leaves = leavesOf(root).map((field) => new Writer(schema, root, dice).leaf(field));
  return [...leaves, ...ways, ...starts.map((chain) => new Writer(schema, root, dice).everywhere(chain))];
}

/** `Type.field` of everything that the operations select. */
export function selectedFields(schema: GraphQLSchema, operations: readonly Operation[]): Set<string> {
  const found = new Set<string>();
  for (const { document } of operations) {
    const info = new TypeInfo(schema);
    const enter = (): void => {
      const field = info.getFieldDef();
      if (field && !field.name.startsWith('__')) found.add(`${info.getParentType()?.name}.${field.name}`);
    };
    visit(document, visitWithTypeInfo(info, { Field: enter }));
  }
  return found;
}

/** Writes the text of one operation. */
class Writer {
  readonly #schema: GraphQLSchema;
  readonly #root: GraphQLObjectType;
  readonly #dice: Dice;
  readonly #style: Style;
  readonly #fragments: string[] = [];
  #aliases = 0;

  constructor(schema: GraphQLSchema, root: GraphQLObjectType, dice: Dice) {
    this.#schema = schema;
    this.#root = root;
    this.#dice = dice;
    this.#style = {
      readsOnTheWay: dice.chance(0.3),
      counts: dice.chance(0.3),
      names: dice.chance(0.3),
      aliases: dice.chance(0.3),
      fragment: dice.chance(0.3),
      condition: dice.chance(0.15),
    };
  }

  leaf(field: Field): Operation {
    return this.#operation(field, '', { title: field.name, isPlain: true, steps: 1 });
  }

  way(chain: readonly Hop[]): Operation {
    const [first] = chain;
    if (!first) throw new Error('a way has at least one step');
    const title = chain
      .map(({ field, via, on }) => `${field.name}${via === 'itself' ? '' : `.${via}`}<${on.name}>`)
      .join('.');
    const isPlain = !this.#style.readsOnTheWay;
    return this.#operation(
      first.field,
      this.#steps(chain, 0),
      { title, isPlain, steps: chain.length },
      first,
    );
  }

  /** Every field of everything that lies at most two steps beyond the start. */
  everywhere([start]: readonly Hop[]): Operation {
    if (!start) throw new Error('a way has at least one step');
    const body = this.#hop(start, 0, this.#tree(start, 1));
    const title = `${start.field.name}<${start.on.name}> everywhere`;
    return this.#operation(start.field, body, { title, isPlain: false, steps: 3 }, start);
  }

  #tree(from: Hop, depth: number): string {
    const further = depth > 2 ? [] : hopsFrom(this.#schema, from.on);
    const branches = further.map(
      (hop) =>
        `${this.#alias()}${hop.field.name}${this.#arguments(hop.field, depth)} ${this.#hop(hop, depth, this.#tree(hop, depth + 1))}`,
    );
    return `${this.#leaves(from, true)} ${branches.join(' ')}`;
  }

  /** What stands in braces behind the field of step `at`. */
  #steps(chain: readonly Hop[], at: number): string {
    const hop = chain[at] as Hop;
    const next = chain[at + 1];
    const { names, readsOnTheWay } = this.#style;
    const parts = [
      names ? '__typename' : '',
      !next || readsOnTheWay ? this.#leaves(hop, this.#style.aliases) : '',
      next
        ? `${this.#style.aliases ? this.#alias() : ''}${next.field.name}${this.#arguments(next.field, at + 1)} ${this.#steps(chain, at + 1)}`
        : '',
    ];
    return this.#hop(hop, at, parts.join(' '));
  }

  #hop(hop: Hop, depth: number, selection: string): string {
    const returned = getNamedType(hop.field.type);
    const body = this.#onType(
      hop,
      isCompositeType(returned) && nodeOf(returned) === undefined && isAbstractType(returned),
      selection,
    );
    if (hop.via === 'itself') return `{ ${body} }`;
    const counts = this.#style.counts || depth === 0;
    const own = counts ? 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }' : '';
    if (hop.via === 'nodes') return `{ ${own} nodes { ${body} } }`;
    return `{ ${own} edges { ${counts ? 'cursor' : ''} node { ${body} } } }`;
  }

  /** Goes on as the type of the step: by an inline or named fragment, or without one where it needs none. */
  #onType({ on, field }: Hop, isAbstract: boolean, selection: string): string {
    const isNarrower = isAbstract && getNamedType(field.type) !== on;
    if (this.#style.fragment && this.#fragments.length < 2) {
      const name = `Part${this.#fragments.length}`;
      this.#fragments.push(`fragment ${name} on ${on.name} { ${selection} }`);
      return `...${name}`;
    }
    if (this.#style.condition) return `... on ${on.name} @include(if: true) { ${selection} }`;
    return isNarrower ? `... on ${on.name} { ${selection} }` : selection;
  }

  #leaves({ on }: Hop, aliased: boolean): string {
    const leaves = leavesOf(on).map((field) => `${aliased ? this.#alias() : ''}${field.name}`);
    return leaves.length > 0 ? leaves.join(' ') : '__typename';
  }

  #alias(): string {
    this.#aliases += 1;
    return `a${this.#aliases}: `;
  }

  /** Arguments below the root: small pages, everything there is to see, and the first of what is numbered. */
  #arguments(field: Field, depth: number): string {
    const page = depth === 1 ? 12 : 2;
    const values: Readonly<Record<string, string>> = {
      first: String(page),
      includeSubgroups: 'true',
      iid: '"1"',
    };
    const given = field.args.flatMap(({ name }) =>
      values[name] === undefined ? [] : [`${name}: ${values[name]}`],
    );
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  #operation(
    field: Field,
    body: string,
    about: Pick<Operation, 'title' | 'isPlain' | 'steps'>,
    first?: Hop,
  ): Operation {
    const required = field.args.filter(isRequiredArgument);
    const given = [
      ...required.map(({ name }) => `${name}: $${name}`),
      ...field.args.flatMap((arg) => this.#optional(arg, first) ?? []),
    ];
    const verb = this.#root === this.#schema.getMutationType() ? 'mutation' : 'query';
    const declared =
      required.length > 0
        ? `(${required.map(({ name, type }) => `$${name}: ${type.toString()}`).join(', ')})`
        : '';
    const called = given.length > 0 ? `(${given.join(', ')})` : '';
    const alias = this.#style.aliases ? 'top: ' : '';
    const text = [
      `${verb} Ask${declared} { ${alias}${field.name}${called} ${body} }`,
      ...this.#fragments,
    ].join('\n');
    return { ...about, text, document: parse(text), verb, root: field, aim: first?.on.name ?? '' };
  }

  #optional(arg: GraphQLArgument, first: Hop | undefined): string | undefined {
    if (arg.name === 'first') return 'first: 60';
    const type = getNamedType(arg.type);
    if (!isEnumType(type) || !first || !isObjectType(first.on) || this.#dice.chance(0.5)) return undefined;
    const value = first.on.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
    return type.getValue(value) ? `${arg.name}: [${value}]` : undefined;
  }
}
