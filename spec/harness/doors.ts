import { type Ambit, createAmbit, type Effect, type Grants, type RequestFacts, type Sources } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { graphql } from 'graphql';
import { serve } from './http.ts';
import { executableSchema, makeWorld, type World, type WorldData } from './world.ts';

/** What a case asks of every door. */
export interface DoorCase {
  readonly sdl: string;
  readonly rules: unknown;
  readonly permissions: unknown;
  readonly boundaries: unknown;
  readonly coverage: 'strict' | 'open' | undefined;
  readonly effect: Effect | undefined;
  readonly grants: Grants;
  readonly facts: RequestFacts | undefined;
  readonly operation: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown> | undefined;
  readonly data: WorldData | undefined;
}

/** What came out of a door, in the form in which doors are compared. */
export interface DoorAnswer {
  readonly data: unknown;
  /** `path:CODE` of each error, sorted; an error without a code of ours is `path:`. */
  readonly errors: readonly string[];
  readonly ran: readonly string[];
  readonly status?: number;
  /** Set where the door says that it does not carry such an operation. */
  readonly notCarried?: boolean;
}

/** A way by which an operation reaches data. */
export interface Door {
  readonly name: 'execute' | 'gateway';
  readonly run: (one: DoorCase) => Promise<DoorAnswer>;
}

/** Every door that executes; the engine's own decision is compared by the case runner of `ambit test`. */
export const DOORS: readonly Door[] = [
  { name: 'execute', run: throughExecute },
  { name: 'gateway', run: throughGateway },
];

function engineFor(one: DoorCase, world: World | undefined): Ambit {
  return createAmbit({
    schema: world?.schema ?? executableSchema(one.sdl),
    rules: one.rules as object,
    permissions: one.permissions as object,
    boundaries: one.boundaries as never,
    coverage: one.coverage,
    effect: one.effect,
    ...sourcesOf(one.facts),
  });
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

async function throughExecute(one: DoorCase): Promise<DoorAnswer> {
  const world = makeWorld(one.sdl, one.data);
  const result = await engineFor(one, world).execute({
    document: one.operation,
    operationName: one.operationName,
    variables: one.variables,
    grants: one.grants,
  });
  return answerOf(JSON.parse(JSON.stringify(result)), world);
}

async function throughGateway(one: DoorCase): Promise<DoorAnswer> {
  const world = makeWorld(one.sdl, one.data);
  const api = await serve(async (request) => {
    const { query, variables, operationName } = (await request.json()) as UpstreamRequest;
    const result = await graphql({
      schema: world.schema,
      source: query,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    });
    return Response.json(result);
  });
  const gateway = createGateway({
    ambit: engineFor(one, undefined),
    authenticate: async () => ({ grants: one.grants }),
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
  try {
    const response = await fetch(door.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: one.operation,
        variables: one.variables,
        operationName: one.operationName,
      }),
    });
    const body = (await response.json()) as { errors?: { extensions?: { code?: string } }[] };
    const notCarried = body.errors?.some(({ extensions }) => extensions?.code === 'NOT_CARRIED') ?? false;
    return { ...answerOf(body, world), status: response.status, notCarried };
  } finally {
    await Promise.all([door.close(), api.close()]);
  }
}

interface UpstreamRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: unknown };
  }[];
}

function answerOf(body: Body, world: World): DoorAnswer {
  const errors = (body.errors ?? []).map(
    ({ path, extensions }) => `${path?.join('.') ?? ''}:${String(extensions?.code ?? '')}`,
  );
  return { data: body.data ?? null, errors: errors.sort(), ran: world.ran };
}
