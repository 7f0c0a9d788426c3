import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AmbitError,
  createAmbit,
  type Effect,
  type Grants,
  type PlaceName,
  type PlaceSource,
  type PlaceTable,
  type RequestFacts,
  type Sources,
} from 'ambit';
import { createGateway } from 'ambit/gateway';
import { useAmbit } from 'ambit/yoga';
import { graphql } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { type Served, serve } from './http.ts';
import { executableSchema, makeWorld, type World, type WorldData } from './world.ts';

/** What an engine is made of, and the API behind it. */
export interface DoorSetting {
  readonly sdl: string;
  readonly rules: unknown;
  readonly permissions: unknown;
  readonly boundaries: unknown;
  readonly coverage: 'strict' | 'open' | undefined;
  /** Places that require granular tokens. */
  readonly granularOnly?: readonly PlaceName[] | undefined;
  readonly effect: Effect | undefined;
  readonly facts: RequestFacts | undefined;
  readonly data: WorldData | undefined;
  /** What the API's stream brings to a subscription. */
  readonly events: readonly unknown[] | undefined;
}

/** One operation, and what the credential that asks holds. */
export interface Question {
  readonly grants: Grants;
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown> | undefined;
}

/** What came out of a door. */
export interface DoorAnswer {
  readonly data: unknown;
  /** `path:CODE` of each error, sorted; an error without a code of ours is `path:`. */
  readonly errors: readonly string[];
  readonly ran: readonly string[];
  /** What a subscription was sent, where it was started. */
  readonly events?: readonly unknown[] | undefined;
  readonly status?: number;
  readonly challenge?: string | null;
  /** Set where the door says that it does not carry such an operation. */
  readonly notCarried?: boolean;
  /** The whole answer: histories of one door are compared by it. */
  readonly body: unknown;
}

/** A door with an engine of its own behind it. */
export interface OpenDoor {
  ask(question: Question): Promise<DoorAnswer>;
  close(): Promise<void>;
}

export type DoorName = 'engine' | 'execute' | 'yoga' | 'gateway';

/** A way by which an operation reaches data, or a decision. */
export interface Door {
  readonly name: DoorName;
  /** Whether it answers data; the engine by itself only decides. */
  readonly executes: boolean;
  readonly open: (setting: DoorSetting) => Promise<OpenDoor>;
}

/** Every door. `AMBIT_DOORS=execute,yoga` opens only these. */
export const DOORS: readonly Door[] = chosen([
  { name: 'engine', executes: false, open: openEngine },
  { name: 'execute', executes: true, open: openExecute },
  { name: 'yoga', executes: true, open: openYoga },
  { name: 'gateway', executes: true, open: openGateway },
]);

function chosen(doors: readonly Door[]): readonly Door[] {
  const named = process.env['AMBIT_DOORS']?.split(',').map((name) => name.trim());
  const unknown = named?.filter((name) => !doors.some((door) => door.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`AMBIT_DOORS names no door: ${unknown.join(', ')}`);
  return named ? doors.filter(({ name }) => named.includes(name)) : doors;
}

function engineFor(setting: DoorSetting, world: World | undefined): ReturnType<typeof createAmbit> {
  return createAmbit({
    schema: world?.schema ?? executableSchema(setting.sdl),
    rules: setting.rules as object,
    permissions: setting.permissions as object,
    boundaries: asked(setting) as never,
    coverage: setting.coverage,
    granularOnly: setting.granularOnly,
    effect: setting.effect,
    ...sourcesOf(setting.facts),
  });
}

/** Kinds whose places are asked for, with a source that tells what the case says of them. */
function asked({ boundaries, facts }: DoorSetting): unknown {
  const kinds = Object.entries((boundaries ?? {}) as Readonly<Record<string, { places?: unknown }>>);
  const table = facts?.places as PlaceTable | undefined;
  if (!kinds.some(([, { places }]) => places !== undefined)) return boundaries;
  const sourced = kinds.map(([kind, shape]) => {
    const source: PlaceSource = async (identities) =>
      identities.map((one) => (Object.hasOwn(table?.[kind] ?? {}, one) ? table?.[kind]?.[one] : null));
    return [kind, shape.places === undefined ? shape : { ...shape, places: source }];
  });
  return Object.fromEntries(sourced);
}

/** Sources that tell what a case says is known; what it does not name, nobody knows. */
function sourcesOf(facts: RequestFacts | undefined): Sources {
  const { memberships, policies, granular } = facts ?? {};
  return {
    ...(memberships === undefined
      ? {}
      : { memberships: async (subjects) => subjects.map(() => memberships) }),
    ...(policies === undefined ? {} : { policies: async () => policies }),
    ...(granular === undefined ? {} : { granular: async () => granular }),
  };
}

async function openEngine(setting: DoorSetting): Promise<OpenDoor> {
  const ambit = engineFor(setting, undefined);
  const decide = ({ operation, ...rest }: Question): unknown => {
    try {
      return ambit.decide({ document: operation, facts: setting.facts, ...rest });
    } catch (error) {
      if (error instanceof AmbitError) return { code: error.code, message: error.message };
      throw error;
    }
  };
  return {
    ask: async (question) => ({ data: null, errors: [], ran: [], body: plain(decide(question)) }),
    close: async () => {},
  };
}

async function openExecute(setting: DoorSetting): Promise<OpenDoor> {
  const world = makeWorld(setting.sdl, setting.data, setting.events);
  const ambit = engineFor(setting, world);
  return {
    ask: ({ operation, ...rest }) =>
      recorded(world, async () => {
        const result = await ambit.execute({ document: operation, ...rest });
        if (!(Symbol.asyncIterator in result)) return { body: plain(result) as Body };
        const events: unknown[] = [];
        for await (const event of result) events.push(plain(event));
        return { body: {}, events };
      }),
    close: async () => {},
  };
}

async function openYoga(setting: DoorSetting): Promise<OpenDoor> {
  const world = makeWorld(setting.sdl, setting.data, setting.events);
  const yoga = createYoga({
    schema: world.schema,
    // The errors of the API itself come out as the other doors give them.
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    plugins: [
      useAmbit({ ambit: engineFor(setting, world), grants: ({ request }) => grantsIn(request.headers) }),
    ],
  });
  const server = createServer(yoga);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ask: (question) => recorded(world, () => post(`http://127.0.0.1:${port}/graphql`, question)),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function openGateway(setting: DoorSetting): Promise<OpenDoor> {
  const world = makeWorld(setting.sdl, setting.data);
  const api = await upstream(world);
  const gateway = createGateway({
    ambit: engineFor(setting, undefined),
    authenticate: async ({ headers }) => ({ grants: grantsIn(headers) }),
    upstream: async ({ query, variables, operationName, signal }) => {
      const response = await fetch(api.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables, operationName }),
        signal,
      });
      return { status: response.status, body: await response.json() };
    },
  });
  const door = await serve(gateway);
  return {
    ask: (question) => recorded(world, () => post(door.url, question)),
    close: async () => {
      await Promise.all([door.close(), api.close()]);
    },
  };
}

interface UpstreamRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** The API of a world over HTTP, unprotected: what a gateway stands in front of. */
function upstream(world: World): Promise<Served> {
  return serve(async (request) => {
    const { query, variables, operationName } = (await request.json()) as UpstreamRequest;
    const result = await graphql({
      schema: world.schema,
      source: query,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    });
    return Response.json(result);
  });
}

export interface Body {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: unknown };
  }[];
}

interface Told {
  readonly body: Body;
  readonly events?: readonly unknown[];
  readonly status?: number;
  readonly challenge?: string | null;
}

/** The token of a question is what it holds, so that one server answers every credential. */
async function post(url: string, { grants, operation, variables, operationName }: Question): Promise<Told> {
  const token = Buffer.from(JSON.stringify(grants)).toString('base64url');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: operation, variables, operationName }),
  });
  const { status, headers } = response;
  const told = { status, challenge: headers.get('www-authenticate') };
  if (headers.get('content-type')?.startsWith('text/event-stream'))
    return { ...told, ...streamed(await response.text()) };
  return { ...told, body: (await response.json()) as Body };
}

/** A stream that was started, as Yoga sends it: server-sent events. What was not started is JSON. */
function streamed(text: string): Pick<Told, 'body' | 'events'> {
  const sent = [...text.matchAll(/^event: next\ndata: (.*)$/gm)];
  return { body: {}, events: sent.map(([, event = '']) => JSON.parse(event) as unknown) };
}

function grantsIn(headers: Headers): Grants {
  const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
  return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Grants;
}

/** The errors of an answer in the form in which doors are compared. */
export function codesOf({ errors = [] }: Body): string[] {
  return errors
    .map(({ path, extensions }) => `${path?.join('.') ?? ''}:${String(extensions?.code ?? '')}`)
    .sort();
}

/** Asks, and tells also which mutations ran meanwhile. */
async function recorded(world: World, ask: () => Promise<Told>): Promise<DoorAnswer> {
  world.ran.length = 0;
  const told = await ask();
  const errors = codesOf(told.body);
  const notCarried = told.body.errors?.some(({ extensions }) => extensions?.code === 'NOT_CARRIED') ?? false;
  return { ...told, data: told.body.data ?? null, errors, ran: [...world.ran], notCarried };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
