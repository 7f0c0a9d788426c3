import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The keywords of JSON Schema that our schemas use. A keyword that is not here fails, so none is passed over. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
}

const folder = new URL('../../packages/ambit/schemas/', import.meta.url);

export function readSchema(file: string): JsonSchema {
  return JSON.parse(readFileSync(fileURLToPath(new URL(file, folder)), 'utf8'));
}

/** What is wrong with `value` by a schema file, each with its path; nothing where it is valid. */
export function problems(file: string, value: unknown): string[] {
  const root = readSchema(file);
  return validate(root, value, '', root);
}

type Check = (schema: JsonSchema, value: unknown, at: string, root: JsonSchema) => string[];

const unless = (holds: boolean, text: string): string[] => (holds ? [] : [text]);

const keywords: Readonly<Record<keyof JsonSchema, Check>> = {
  $schema: () => [],
  title: () => [],
  description: () => [],
  definitions: () => [],
  $ref: ({ $ref = '' }, value, at, root) => {
    if (!$ref.startsWith('#/definitions/')) return problems($ref, value).map((text) => `${at}: ${text}`);
    const target = root.definitions?.[$ref.slice('#/definitions/'.length)];
    return target ? validate(target, value, at, root) : [`${$ref} is nowhere`];
  },
  type: ({ type }, value, at) =>
    unless([type].flat().includes(typeOf(value)), `${at}: is ${typeOf(value)}, not ${type}`),
  const: (schema, value, at) => unless(value === schema.const, `${at}: is not ${schema.const}`),
  enum: (schema, value, at) =>
    unless(schema.enum?.includes(value) === true, `${at}: is none of ${schema.enum}`),
  pattern: ({ pattern = '' }, value, at) =>
    unless(
      typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
      `${at}: does not match ${pattern}`,
    ),
  minLength: ({ minLength = 0 }, value, at) =>
    unless(typeof value !== 'string' || value.length >= minLength, `${at}: is too short`),
  minItems: ({ minItems = 0 }, value, at) =>
    unless(!Array.isArray(value) || value.length >= minItems, `${at}: has too few items`),
  minProperties: ({ minProperties = 0 }, value, at) =>
    unless(!isRecord(value) || Object.keys(value).length >= minProperties, `${at}: has too few keys`),
  items: ({ items = {} }, value, at, root) =>
    Array.isArray(value) ? value.flatMap((item, index) => validate(items, item, `${at}/${index}`, root)) : [],
  required: ({ required = [] }, value, at) =>
    isRecord(value)
      ? required.filter((key) => !(key in value)).map((key) => `${at}: \`${key}\` is missing`)
      : [],
  properties: ({ properties = {} }, value, at, root) =>
    isRecord(value)
      ? Object.entries(properties).flatMap(([key, schema]) =>
          key in value ? validate(schema, value[key], `${at}/${key}`, root) : [],
        )
      : [],
  additionalProperties: ({ additionalProperties, properties = {} }, value, at, root) =>
    isRecord(value)
      ? Object.keys(value)
          .filter((key) => !Object.hasOwn(properties, key))
          .flatMap((key) =>
            typeof additionalProperties === 'object'
              ? validate(additionalProperties, value[key], `${at}/${key}`, root)
              : unless(additionalProperties === true, `${at}: \`${key}\` is not known`),
          )
      : [],
  propertyNames: ({ propertyNames = {} }, value, at, root) =>
    isRecord(value)
      ? Object.keys(value).flatMap((key) => validate(propertyNames, key, `${at}/${key}`, root))
      : [],
  anyOf: ({ anyOf = [] }, value, at, root) => {
    const found = anyOf.map((schema) => validate(schema, value, at, root));
    return unless(
      found.some((texts) => texts.length === 0),
      `${at}: ${found.flat().join('; or ')}`,
    );
  },
  not: ({ not = {} }, value, at, root) =>
    unless(validate(not, value, at, root).length > 0, `${at}: is what it must not be`),
};

function validate(schema: JsonSchema, value: unknown, at: string, root: JsonSchema): string[] {
  return Object.keys(schema).flatMap((keyword) => {
    const check = keywords[keyword as keyof JsonSchema];
    return check ? check(schema, value, at, root) : [`${at}: the keyword ${keyword} is not understood`];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeOf(value) === 'object';
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
