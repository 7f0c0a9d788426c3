import { type AmbitOptions, ambitDirectives, createAmbit, type Grants } from 'ambit';
import { type GrantsHook, useAmbit } from 'ambit/yoga';
import type { GraphQLSchema } from 'graphql';
import { createSchema, createYoga, type YogaInitialContext } from 'graphql-yoga';

/** A small API in Yoga, behind the plugin, asked without a network. */

const typeDefs = /* GraphQL */ `
  type Query {
    motd: String @public
    secret: String @requiresScopes(scopes: [["secrets"]])
    thing: Thing
    broken: String @public
    me: String @public
  }
  type Mutation {
    rename: String @requiresScopes(scopes: [["rename"]])
    wipe: String @requiresPermissions(permissions: ["wipe_all"], boundaryType: "instance")
  }
  type Subscription { ticks: Int @requiresScopes(scopes: [["ticks"]]) }
  type Thing @requiresScopes(scopes: [["things"]]) { name: String hush: String @deprecated(reason: "ask for whisper") }
`;

export interface Context extends YogaInitialContext {
  readonly user: string;
}

export interface Server {
  /** Operations whose resolvers ran, by the name of their root field. */
  readonly ran: string[];
  /** The contexts that resolvers saw. */
  readonly contexts: unknown[];
  /** How often the hook was asked, and what the operator was told. */
  readonly asked: unknown[];
  readonly told: unknown[];
  readonly schema: GraphQLSchema;
  fetch(url: string, init?: RequestInit): Promise<Response>;
  ask(body: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

export interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: Record<string, unknown>;
    readonly locations?: unknown;
  }[];
}

export interface Making {
  readonly grants: Grants | GrantsHook<Context>;
  readonly engine?: Partial<AmbitOptions>;
  /** Other plugins, before and after Ambit's. */
  readonly before?: readonly object[];
  readonly after?: readonly object[];
  /** Another schema than the engine's, as a host may hand it over. */
  readonly served?: (schema: GraphQLSchema) => unknown;
  readonly yoga?: object;
}

export function makeServer(making: Making): Server {
  const log = {
    ran: [] as string[],
    contexts: [] as unknown[],
    asked: [] as unknown[],
    told: [] as unknown[],
  };
  const schema = executable(log);
  const hook = typeof making.grants === 'function' ? making.grants : () => making.grants as Grants;
  const ambit = useAmbit<Context>({
    ambit: createAmbit({ ...making.engine, schema }),
    grants(context) {
      log.asked.push(context);
      return hook(context);
    },
    onError: (error) => log.told.push(error),
  });
  const yoga = createYoga({
    schema: (making.served?.(schema) ?? schema) as GraphQLSchema,
    context: () => ({ user: 'alice' }),
    logging: false,
    batching: true,
    plugins: [...(making.before ?? []), ambit, ...(making.after ?? [])],
    ...making.yoga,
  });
  const fetch = async (url: string, init?: RequestInit): Promise<Response> =>
    yoga.fetch(new Request(url, init));
  const ask = async (body: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
    const response = await fetch('http://yoga/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Body, text };
  };
  return { ...log, schema, fetch, ask };
}

function executable(log: { ran: string[]; contexts: unknown[] }): GraphQLSchema {
  const running =
    (name: string, value: () => unknown) =>
    (_source: unknown, _args: unknown, context: unknown): unknown => {
      log.ran.push(name);
      log.contexts.push(context);
      return value();
    };
  const broken = (): never => {
    throw new Error('the database at 10.0.0.7 is away');
  };
  return createSchema({
    typeDefs: [ambitDirectives, typeDefs],
    resolvers: {
      Query: {
        motd: running('motd', () => 'hello'),
        secret: running('secret', () => 's3cr3t'),
        thing: running('thing', () => ({ name: 'a thing', hush: 'psst' })),
        broken: running('broken', broken),
        me: (_source: unknown, _args: unknown, { user }: Context) => user,
      },
      Mutation: {
        rename: running('rename', () => 'renamed'),
        wipe: running('wipe', () => 'wiped'),
      },
      Subscription: {
        ticks: {
          async *subscribe() {
            log.ran.push('ticks');
            for (const ticks of [1, 2, 3]) yield { ticks };
          },
        },
      },
    },
  });
}
