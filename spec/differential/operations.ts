import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import type { Dice } from './dice.ts';

/** A document and what is sent with it. */
export interface Document {
  readonly text: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Field = GraphQLField<unknown, unknown>;

const PATHS: readonly string[] = [
  'acme/web',
  'acme/web',
  'acme/web',
  'acme/api',
  'beta/site',
  'acme',
  'acme/sub/deep',
  'acme-evil/site',
  'ACME/web',
];

const IDS: readonly string[] = ['a0', 'a0', 'a1', 'b0', 'c1', 'none'];

/** Makes one document; not every one is valid, since aliases may collide. */
export function makeDocument(dice: Dice, schema: GraphQLSchema): Document {
  return new Maker(dice, schema).make();
}

class Maker {
  readonly #dice: Dice;
  readonly #schema: GraphQLSchema;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  readonly #spreadable: { name: string; on: GraphQLCompositeType }[] = [];
  #left: number;
  /** Whether objects are passed through rather than read, down to some depth. */
  readonly #isWay: boolean;
  #names = 0;

  constructor(dice: Dice, schema: GraphQLSchema) {
    this.#dice = dice;
    this.#schema = schema;
    this.#isWay = dice.chance(0.6);
    this.#left = dice.pick([3, 4, 6, 9, 13]);
  }

  make(): Document {
    const dice = this.#dice;
    const mutation = this.#schema.getMutationType();
    const root = mutation && dice.chance(0.2) ? mutation : this.#schema.getQueryType()!;
    const fields = Object.values(root.getFields());
    const count = 1 + dice.below(4);
    const body = Array.from({ length: count }, () => this.#field(dice.pick(fields), 0)).join(' ');
    const extra = dice.chance(0.1) ? ' __typename' : '';
    const verb = root === mutation ? 'mutation' : 'query';
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const hasOthers = dice.chance(0.08);
    const isNamed = hasOthers || declared !== '' || root === mutation || dice.chance(0.3);
    const head = isNamed ? `${verb} Ask${declared} ` : '';
    const other = hasOthers ? ` query Other { __typename }` : '';
    return {
      text: [`${head}{ ${body}${extra} }${other}`, ...this.#fragments].join('\n'),
      ...(hasOthers ? { operationName: 'Ask' } : {}),
      variables: this.#variables,
    };
  }

  #field(field: Field, depth: number): string {
    this.#left -= 1;
    const dice = this.#dice;
    const alias = dice.chance(0.2) ? `${dice.pick(['a', 'b', 'c'])}: ` : '';
    const args = this.#given(field.args);
    const returned = getNamedType(field.type);
    const body = isCompositeType(returned) ? ` ${this.#selection(returned, depth + 1)}` : '';
    return `${alias}${field.name}${args}${this.#condition()}${body}`;
  }

  #condition(probability = 0.1): string {
    const dice = this.#dice;
    if (!dice.chance(probability)) return '';
    const name = dice.pick(['skip', 'include']);
    if (dice.chance(0.3)) return ` @${name}(if: ${dice.chance(0.5)})`;
    return ` @${name}(if: $${this.#flag()})`;
  }

  #flag(): string {
    const name = this.#dice.pick(['yes', 'no', 'set']);
    if (!this.#declared.some((one) => one.startsWith(`$${name}:`))) {
      if (name === 'set') this.#declared.push('$set: Boolean = true');
      else {
        this.#declared.push(`$${name}: Boolean!`);
        this.#variables[name] = this.#dice.chance(0.9) ? name === 'yes' : name === 'no';
      }
    }
    return name;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const dice = this.#dice;
    const parts: string[] = [];
    if (dice.chance(0.2)) parts.push('__typename');
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const links = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    const mayGoOn = depth < 5 && this.#left > 0;
    const isWay = dice.chance(this.#isWay ? (depth < 3 ? 1 : 0.6) : 0.35);
    if (leaves.length > 0 && !(isWay && mayGoOn && links.length > 0))
      for (const _ of [0, 1, 2].slice(0, 1 + dice.below(3)))
        parts.push(this.#field(dice.pick(leaves), depth));
    if (links.length > 0 && mayGoOn)
      for (const _ of [0, 1].slice(0, isWay ? 1 + dice.below(2) : dice.below(2)))
        parts.push(this.#field(dice.pick(links), depth));
    if (isAbstractType(type) || dice.chance(0.1)) parts.push(...this.#fragmentsOn(type, depth));
    if (parts.length === 0) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  #fragmentsOn(type: GraphQLCompositeType, depth: number): string[] {
    const dice = this.#dice;
    const narrower = isAbstractType(type) ? [...this.#schema.getPossibleTypes(type), type] : [type];
    return dice.some(narrower, 0.6).map((on) => {
      const known = this.#spreadable.filter((one) => one.on === on);
      if (known.length > 0 && dice.chance(0.5)) return this.#spread(dice.pick(known).name);
      if (this.#left <= 0) return `... on ${on.name} { __typename }`;
      const body = this.#selection(on, depth + 1);
      if (dice.chance(0.3)) {
        const name = `F${this.#fragments.length}`;
        this.#fragments.push(`fragment ${name} on ${on.name} ${body}`);
        this.#spreadable.push({ name, on });
        return this.#spread(name);
      }
      return dice.chance(0.1)
        ? `...${this.#condition()} { ... on ${on.name} ${body} }`
        : `... on ${on.name}${this.#condition()} ${body}`;
    });
  }

  /** A named fragment, now and then twice in one place and under different conditions. */
  #spread(name: string): string {
    const again = this.#dice.chance(0.15) ? ` ...${name}${this.#condition(0.5)}` : '';
    return `...${name}${this.#condition(again ? 0.5 : undefined)}${again}`;
  }

  #given(args: readonly GraphQLArgument[]): string {
    const sent = args.filter(
      (arg) => isRequiredArgument(arg) || this.#dice.chance(/^(path|id)/.test(arg.name) ? 0.85 : 0.35),
    );
    return sent.length > 0 ? `(${sent.map((arg) => `${arg.name}: ${this.#argument(arg)}`).join(', ')})` : '';
  }

  #argument(arg: GraphQLArgument): string {
    return this.#dice.chance(0.35)
      ? `$${this.#variable(arg.type, arg.name)}`
      : this.#literal(arg.type, arg.name, 2);
  }

  /** A variable of this type: sent, left to its default, null, or absent. */
  #variable(type: GraphQLInputType, argument: string): string {
    const dice = this.#dice;
    this.#names += 1;
    const name = `v${this.#names}`;
    const how = dice.weighted([
      [5, 'sent'],
      [1, 'default'],
      [1, 'both'],
      [isNonNullType(type) ? 0 : 0.7, 'null'],
      [isNonNullType(type) ? 0 : 0.7, 'absent'],
    ] as const);
    const initial = how === 'default' || how === 'both' ? ` = ${this.#literal(type, argument, 0, true)}` : '';
    this.#declared.push(`$${name}: ${type.toString()}${initial}`);
    if (how === 'sent' || how === 'both') this.#variables[name] = this.#json(type, argument, 2);
    if (how === 'null') this.#variables[name] = null;
    return name;
  }

  #literal(type: GraphQLInputType, name: string, depth: number, isConst = false): string {
    const dice = this.#dice;
    if (isNonNullType(type)) return this.#literal(type.ofType, name, depth, isConst);
    if (dice.chance(0.05)) return 'null';
    if (isListType(type)) {
      if (dice.chance(0.25) && !isNonNullType(type.ofType))
        return this.#single(type.ofType, name, depth, isConst);
      const items = Array.from({ length: dice.below(3) }, () =>
        this.#inner(type.ofType, name, depth, isConst),
      );
      return `[${items.join(', ')}]`;
    }
    return this.#single(type, name, depth, isConst);
  }

  /** A part of a list or an input object, now and then a variable. */
  #inner(type: GraphQLInputType, name: string, depth: number, isConst: boolean): string {
    if (!isConst && this.#dice.chance(0.15)) return `$${this.#variable(type, name)}`;
    return this.#literal(type, name, depth, isConst);
  }

  #single(type: GraphQLInputType, name: string, depth: number, isConst: boolean): string {
    const dice = this.#dice;
    const named = getNamedType(type);
    if (isEnumType(named)) return dice.pick(named.getValues()).name;
    if (!isInputObjectType(named)) return JSON.stringify(this.#leaf(named.name, name));
    const parts = Object.values(named.getFields())
      .filter((field) =>
        dice.chance(isInputObjectType(getNamedType(field.type)) ? (depth > 0 ? 0.3 : 0) : 0.4),
      )
      .map((field) => `${field.name}: ${this.#inner(field.type, field.name, depth - 1, isConst)}`);
    return `{ ${parts.join(', ')} }`;
  }

  #json(type: GraphQLInputType, name: string, depth: number): unknown {
    const dice = this.#dice;
    if (isNonNullType(type)) return this.#json(type.ofType, name, depth);
    if (dice.chance(0.04)) return null;
    if (isListType(type)) {
      if (dice.chance(0.25)) return this.#jsonOf(type.ofType, name, depth);
      return Array.from({ length: dice.below(3) }, () => this.#jsonOf(type.ofType, name, depth));
    }
    return this.#jsonOf(type, name, depth);
  }

  #jsonOf(type: GraphQLInputType, name: string, depth: number): unknown {
    const dice = this.#dice;
    const named = getNamedType(type);
    if (isListType(type)) return this.#json(type, name, depth);
    if (isEnumType(named)) return dice.pick(named.getValues()).name;
    if (!isInputObjectType(named)) return this.#leaf(named.name, name);
    return Object.fromEntries(
      Object.values(named.getFields())
        .filter((field) =>
          dice.chance(isInputObjectType(getNamedType(field.type)) ? (depth > 0 ? 0.3 : 0) : 0.4),
        )
        .map((field) => [field.name, this.#json(field.type, field.name, depth - 1)]),
    );
  }

  #leaf(typeName: string, name: string): unknown {
    if (typeName === 'Int') return this.#dice.below(9);
    if (name === 'id' || name === 'ids') return this.#dice.pick(IDS);
    if (typeName === 'ID' || name === 'path') return this.#dice.pick(PATHS);
    return 'words';
  }
}
