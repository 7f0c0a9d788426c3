/** Makes docs/reference/admin-api.md out of what `GET /api/openapi.json` answers. */

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content & { readonly required: boolean };
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
  readonly 'x-codeSamples'?: readonly { readonly source: string }[];
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export function operationsOf({ paths }: OpenApi): readonly Listed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

const HEAD = `# The admin API

Every route that takes or gives JSON, with a call that works. It is made out of the table from which the server answers,
the same that \`GET /api/openapi.json\` gives as OpenAPI 3.1; a test holds it to be fresh and runs each call.

\`\`\`sh
AMBIT_URL=http://127.0.0.1:4000
ADMIN=$(cat .ambit/admin.token)
\`\`\`

\`TOKEN_ID\` is the id of a token, \`TOKEN\` a token itself, \`FOUND_TOKEN\` one that was found, \`PERSON\` the id, subject
or name of a person, \`CLIENT_ID\` the id of a client; clients are there only with \`oauth\`. Errors are
\`{ "error": { "code", "message", "suggestion" } }\` with a [code](errors.md#errors-of-ambit-server).
`;

const CALLERS: Readonly<Record<string, string>> = {
  admin: 'Asks for the admin credential.',
  token: 'Asks for the token itself.',
};

export function adminPage(api: OpenApi): string {
  const listed = operationsOf(api);
  const tags = [...new Set(listed.flatMap(({ operation }) => operation.tags))];
  const parts = tags.map((tag) => {
    const own = listed.filter(({ operation }) => operation.tags.includes(tag));
    return [`## ${tag.slice(0, 1).toUpperCase()}${tag.slice(1)}`, ...own.map(sectionOf)].join('\n\n');
  });
  return `${[HEAD, ...parts].join('\n')}\n`.replace(/\n{3,}/g, '\n\n').replace(/\n+$/, '\n');
}

function sectionOf({ method, path, operation }: Listed): string {
  const { summary, security, parameters, requestBody, responses } = operation;
  const [scheme] = Object.keys(security[0] ?? {});
  const caller = CALLERS[scheme ?? ''] ?? 'Asks for no credential.';
  const query = parameters.filter((one) => one.in === 'query');
  const body = requestBody?.content['application/json'].schema;
  const [sample] = operation['x-codeSamples'] ?? [];
  return [
    `### ${method} ${path}`,
    `${summary} ${caller}`,
    ...(query.length === 0
      ? []
      : [
          table(
            'query',
            query.map(({ name, required, description, schema }) => [
              name,
              required,
              { ...schema, description },
            ]),
          ),
        ]),
    ...(body?.properties === undefined
      ? []
      : [table(requestBody?.required ? 'body' : 'body, may be left out', propertiesOf(body))]),
    statuses(responses),
    ...(sample === undefined ? [] : [`\`\`\`sh\n${sample.source}\n\`\`\``]),
  ].join('\n\n');
}

type Row = readonly [
  string,
  boolean,
  Omit<Schema, 'description'> & { readonly description?: string | undefined },
];

function propertiesOf({ properties = {}, required = [] }: Schema): Row[] {
  return Object.entries(properties).map(([name, schema]) => [name, required.includes(name), schema]);
}

function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map(([name, required, schema]) => {
    const said = [typeOf(schema), required ? 'needed' : '', schema.description ?? ''].filter(
      (text) => text !== '',
    );
    return `| \`${name}\` | ${said.join('; ')} |`;
  });
  return [`| ${title} | |`, '|---|---|', ...lines].join('\n');
}

function typeOf(schema: Omit<Schema, 'description'>): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && schema.properties !== undefined)
    return `\`{ ${Object.keys(schema.properties).join(', ')} }\``;
  return schema.type ?? 'any';
}

function statuses(responses: Operation['responses']): string {
  const parts = Object.entries(responses).map(([status, { description, content }]) => {
    const { properties } = content['application/json'].schema;
    if (!status.startsWith('2')) return `${status} ${description}`;
    const keys = Object.keys(properties ?? {}).map((key) => `\`${key}\``);
    return keys.length === 0 ? status : `${status} with ${keys.join(', ')}`;
  });
  return `Answers ${parts.join('; ')}.`;
}
