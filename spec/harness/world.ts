import { ambitDirectives } from 'ambit';
import {
  buildASTSchema,
  defaultTypeResolver,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';

/** Data of a case file: root fields by root type, and named objects that they refer to. */
export interface WorldData {
  readonly objects?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Query?: Readonly<Record<string, unknown>>;
  readonly Mutation?: Readonly<Record<string, unknown>>;
}

/** An API made of a case file: a schema that executes over its data, and a record of the mutations and streams that ran. */
export interface World {
  readonly schema: GraphQLSchema;
  readonly ran: string[];
}

/**
 * Values in the data: `{ $ref: name }` is a named object, `{ $by: arg, ... }` picks by an argument (dotted into
 * inputs), `{ $each: arg, ... }` answers a list argument item by item, `{ $error: text }` throws. Without data,
 * every field answers something of its type. A subscription brings `events`.
 */
export function makeWorld(
  sdl: string,
  data: WorldData | undefined,
  events?: readonly unknown[] | undefined,
): World {
  const schema = executableSchema(sdl);
  const ran: string[] = [];
  const reader = new Reader(data);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type))
      type.resolveType = (value, context, info) =>
        typeNameOf(value) ?? defaultTypeResolver(value, context, info, type);
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = (source, args, _context, info) => {
        if (type === schema.getMutationType()) ran.push(field.name);
        return reader.read(source, type.name, field.name, args, info);
      };
      if (!events || type !== schema.getSubscriptionType()) continue;
      field.subscribe = () => {
        ran.push(field.name);
        return streamOf(events);
      };
    }
  }
  return { schema, ran };
}

async function* streamOf(events: readonly unknown[]): AsyncGenerator<unknown> {
  yield* events;
}

/** A schema out of the SDL of a case, with the definitions of the directives that it uses. */
export function executableSchema(sdl: string): GraphQLSchema {
  const document = parse(sdl);
  const defined = document.definitions.flatMap((one) =>
    one.kind === Kind.DIRECTIVE_DEFINITION ? [one.name.value] : [],
  );
  const missing = parse(ambitDirectives).definitions.filter(
    (one) => one.kind === Kind.DIRECTIVE_DEFINITION && !defined.includes(one.name.value),
  );
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: [...document.definitions, ...missing] });
}

type Info = Parameters<GraphQLFieldResolver<unknown, unknown>>[3];

class Reader {
  readonly #data: WorldData | undefined;

  constructor(data: WorldData | undefined) {
    this.#data = data;
  }

  read(source: unknown, typeName: string, field: string, args: Record<string, unknown>, info: Info): unknown {
    if (!this.#data) return mocked(info.returnType, field, info.schema);
    const holder = isRecord(source) ? source : (this.#data as Record<string, unknown>)[typeName];
    return this.#value(isRecord(holder) ? holder[field] : undefined, args);
  }

  #value(value: unknown, args: Record<string, unknown>): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#value(item, args));
    if (!isRecord(value)) return value;
    if (typeof value['$error'] === 'string') throw new Error(value['$error']);
    if (typeof value['$ref'] === 'string') {
      const named = this.#data?.objects?.[value['$ref']];
      if (!named) throw new Error(`the case has no object ${value['$ref']}`);
      return named;
    }
    if (typeof value['$by'] === 'string')
      return this.#value(value[String(dig(args, value['$by']))] ?? null, args);
    if (typeof value['$each'] === 'string') {
      const keys = dig(args, value['$each']);
      return Array.isArray(keys) ? keys.map((key) => this.#value(value[String(key)] ?? null, args)) : null;
    }
    return value;
  }
}

function dig(args: Record<string, unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), args);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeNameOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value['__typename'] === 'string' ? value['__typename'] : undefined;
}

function mocked(type: GraphQLOutputType, field: string, schema: GraphQLSchema): unknown {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return [mocked(nullable.ofType, field, schema)];
  const named = getNamedType(nullable);
  if (isAbstractType(named)) return { __typename: schema.getPossibleTypes(named)[0]?.name };
  if (isObjectType(named)) return { __typename: named.name };
  if (isEnumType(named)) return named.getValues()[0]?.value;
  const scalars: Record<string, unknown> = { Int: 1, Float: 1.5, Boolean: true };
  return scalars[named.name] ?? `${field} value`;
}
