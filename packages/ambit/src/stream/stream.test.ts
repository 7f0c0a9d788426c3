import { buildSchema, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAmbit } from '../create.ts';
import type { Ambit, Execution } from '../engine.ts';
import { ambitDirectives } from '../rules/directives.ts';
import type { Grants } from '../types.ts';
import type { EventStream, Executed } from './stream.ts';

const sdl = `${ambitDirectives}
  directive @defer(if: Boolean, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  interface Node { id: ID! }
  type Query { node(id: ID!): Node @public }
  type Project implements Node @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "path") { id: ID! path: ID }
  type Issue @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project") {
    title: String
    project: String
    number: Int!
    secret: String @requiresScopes(scopes: [["secrets"]])
    needed: String! @requiresScopes(scopes: [["secrets"]])
  }
  type Subscription {
    tick: Int @public
    secret: Int @requiresScopes(scopes: [["secrets"]])
    other: Int @public
    issue: Issue @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project")
    mustIssue: Issue! @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project")
    issues: [Issue!]! @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project")
    inProject(path: ID!): Int @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundaryArgument: "path")
    ofProject(id: ID!): Int @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundaryArgument: "id", boundary: "path")
  }
`;

const reader: Grants = { granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }] };
const ENDED = [['UNAUTHENTICATED', undefined]];

/** A source that is pushed to, and counts who reads from it. */
class Topic {
  slots = 0;
  readonly #queue: unknown[] = [];
  #wake: (() => void) | undefined;

  push(...events: unknown[]): void {
    this.#queue.push(...events);
    this.#wake?.();
  }

  /** Like the iterators of event libraries: `return` frees what waits. */
  open(): AsyncIterableIterator<unknown> {
    this.slots += 1;
    let isOpen = true;
    const next = async (): Promise<IteratorResult<unknown>> => {
      while (isOpen && this.#queue.length === 0)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      if (!isOpen) return { done: true, value: undefined };
      const event = this.#queue.shift();
      if (event instanceof Error) throw event;
      return { done: false, value: event };
    };
    return {
      next,
      return: async () => {
        if (isOpen) this.slots -= 1;
        isOpen = false;
        this.#wake?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

interface World {
  readonly ambit: Ambit;
  readonly topic: Topic;
  readonly started: string[];
  readonly projects: Map<string, string>;
  clock: number;
}

const fieldsOf = (schema: GraphQLSchema, name: string) => {
  const type = schema.getType(name);
  if (!type || !('getFields' in type)) throw new Error(name);
  return type.getFields();
};

function world(subscribe?: (topic: Topic) => unknown): World {
  const topic = new Topic();
  const started: string[] = [];
  const projects = new Map([['p1', 'acme/web']]);
  const schema = buildSchema(sdl);
  Object.assign(fieldsOf(schema, 'Query')['node'] ?? {}, {
    resolve: (_: unknown, { id }: { id: string }) =>
      projects.has(id) ? { __typename: 'Project', id, path: projects.get(id) } : null,
  });
  for (const field of Object.values(fieldsOf(schema, 'Subscription'))) {
    Object.assign(field, {
      subscribe: () => {
        started.push(field.name);
        return subscribe ? subscribe(topic) : topic.open();
      },
    });
  }
  const made: World = {
    ambit: createAmbit({ schema, now: () => made.clock }),
    topic,
    started,
    projects,
    clock: Date.now(),
  };
  return made;
}

const codes = ({ errors = [] }: Pick<ExecutionResult, 'errors'>) =>
  errors.map(({ extensions, path }) => [extensions['code'], path?.join('.')]);

async function open(
  ambit: Ambit,
  input: Omit<Execution, 'grants'> & { grants?: Grants },
): Promise<EventStream> {
  return opened(await ambit.execute({ grants: reader, ...input }));
}

function opened(executed: Executed): EventStream {
  if (Symbol.asyncIterator in executed) return executed;
  throw new Error(`no stream: ${JSON.stringify(executed)}`);
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const issue = (project: string, title = project) => ({ issue: { title, project, number: 1 } });

afterEach(() => {
  vi.useRealTimers();
});

describe('starting a subscription', () => {
  test('a denied root field is never started', async () => {
    const { ambit, started } = world();
    const result = await ambit.execute({ document: 'subscription { secret }', grants: reader });
    expect(codes(result)).toEqual([['UNAUTHORIZED_FIELD_OR_TYPE', 'secret']]);
    expect('data' in result || Symbol.asyncIterator in result).toBe(false);
    expect(started).toEqual([]);
  });

  test('a place that its argument names is decided before it is started', async () => {
    const { ambit, started } = world();
    const document = 'subscription ($path: ID!) { inProject(path: $path) }';
    const outside = await ambit.execute({ document, variables: { path: 'acme/vault' }, grants: reader });
    expect(codes(outside)).toEqual([['NOT_FOUND', 'inProject']]);
    expect(started).toEqual([]);
    await (await open(ambit, { document, variables: { path: 'acme/web' } })).return();
    expect(started).toEqual(['inProject']);
  });

  test('an id is looked up before it is started, and again for each event', async () => {
    const { ambit, started, topic, projects } = world();
    const document = 'subscription ($id: ID!) { ofProject(id: $id) }';
    const unknown = await ambit.execute({ document, variables: { id: 'p9' }, grants: reader });
    expect(codes(unknown)).toEqual([['NOT_FOUND', 'ofProject']]);
    expect(started).toEqual([]);
    const stream = await open(ambit, { document, variables: { id: 'p1' } });
    topic.push({ ofProject: 1 }, { ofProject: 2 });
    expect((await stream.next()).value).toEqual({ data: { ofProject: 1 } });
    projects.set('p1', 'acme/vault');
    expect(codes((await stream.next()).value ?? {})).toEqual([['NOT_FOUND', 'ofProject']]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(topic.slots).toBe(0);
  });

  test.each([
    ['no root field', 'subscription { tick @skip(if: true) }', {}],
    [
      'a root field that a variable keeps away',
      'subscription ($no: Boolean!) { tick @include(if: $no) }',
      { no: false },
    ],
    ['two root fields', 'subscription { tick other }', {}],
    ['the root’s name', 'subscription { __typename }', {}],
    ['a fragment with two', 'subscription { ...two } fragment two on Subscription { tick other }', {}],
  ])('%s is refused and starts nothing', async (_, document, variables) => {
    const { ambit, started } = world();
    const result = await ambit.execute({ document, variables, grants: reader });
    expect(result.errors?.length).toBeGreaterThan(0);
    expect(result.errors?.map(({ message }) => message).join()).not.toMatch(/undefined|TypeError/);
    expect(started).toEqual([]);
  });

  test('what the API throws instead of a stream is told in its words where no object decides', async () => {
    const { ambit } = world(() => {
      throw new Error('too many streams');
    });
    const result = await ambit.execute({ document: 'subscription { tick }', grants: {} });
    expect(plain(result)).toMatchObject({ errors: [{ message: 'too many streams', path: ['tick'] }] });
    expect(JSON.stringify(result)).not.toContain('stream.test');
  });

  test('and is not told where the objects decide, for it may be about one outside', async () => {
    const { ambit } = world(() => {
      throw new Error('acme/vault is closed');
    });
    const result = await ambit.execute({ document: 'subscription { issue { title } }', grants: reader });
    expect(codes(result)).toEqual([['SUBSCRIPTION_FAILED', undefined]]);
    expect(JSON.stringify(result)).not.toContain('vault');
  });

  test('what is no stream is not shown', async () => {
    const { ambit } = world(() => ({ password: 'hunter2' }));
    const result = await ambit.execute({ document: 'subscription { tick }', grants: {} });
    expect(result.errors?.length).toBe(1);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('an event', () => {
  test('is filtered like any answer', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document: 'subscription { issue { title secret } }' });
    topic.push(issue('acme/web'), issue('acme/web', 'two'));
    for (const title of ['acme/web', 'two']) {
      const { value } = await stream.next();
      expect(plain(value).data).toEqual({ issue: { title, secret: null } });
      expect(codes(value ?? {})).toEqual([['UNAUTHORIZED_FIELD_OR_TYPE', 'issue.secret']]);
    }
    await stream.return();
  });

  test('whose object is outside is not sent, and leaves no trace in the one that is', async () => {
    const { ambit, topic } = world();
    for (const field of ['issue', 'mustIssue']) {
      const stream = await open(ambit, { document: `subscription { it: ${field} { title } }` });
      const about = (project: unknown) => ({ [field]: project && { title: 'a title', project } });
      topic.push(about('acme/vault'), about('acme/web-evil'), about(null), about('acme/web'));
      expect(plain(await stream.next())).toEqual({
        done: false,
        value: { data: { it: { title: 'a title' } } },
      });
      await stream.return();
    }
  });

  test('whose object cannot be told, or fails, is not sent either', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document: 'subscription { issue { title } }' });
    const failing = { issue: { title: 'x', project: () => Promise.reject(new Error('acme/vault')) } };
    const throwing = { issue: () => Promise.reject(new Error('acme/vault')) };
    topic.push({}, undefined, failing, throwing, { issue: { title: 'no project' } }, issue('acme/web'));
    expect(plain(await stream.next())).toEqual({
      done: false,
      value: { data: { issue: { title: 'acme/web' } } },
    });
    await stream.return();
  });

  test('of many objects carries those inside, and is not sent with none', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document: 'subscription { issues { title } }' });
    const batch = (...projects: string[]) => ({ issues: projects.map((one) => issue(one).issue) });
    topic.push(
      batch('acme/web', 'acme/vault'),
      batch('acme/vault', 'x/y'),
      batch('acme/vault', 'acme/web', 'acme/web'),
    );
    expect(plain((await stream.next()).value)).toEqual({ data: { issues: [{ title: 'acme/web' }] } });
    expect(plain((await stream.next()).value)).toEqual({
      data: { issues: [{ title: 'acme/web' }, { title: 'acme/web' }] },
    });
    await stream.return();
  });

  test('that loses its object to a null below is sent, with the error that says why', async () => {
    const { ambit, topic } = world();
    const denied = await open(ambit, { document: 'subscription { issue { title needed } }' });
    topic.push(issue('acme/vault'), issue('acme/web'));
    const first = await denied.next();
    expect([plain(first.value).data, codes(first.value ?? {})]).toEqual([
      { issue: null },
      [['UNAUTHORIZED_FIELD_OR_TYPE', 'issue.needed']],
    ]);
    await denied.return();
    const broken = await open(ambit, { document: 'subscription { issue { number } }' });
    topic.push({ issue: { project: 'acme/vault' } }, { issue: { project: 'acme/web' } });
    const second = await broken.next();
    expect([plain(second.value).data, codes(second.value ?? {})]).toEqual([
      { issue: null },
      [[undefined, 'issue.number']],
    ]);
    topic.push(new Error('over'));
    expect(codes((await broken.next()).value ?? {})).toEqual([['SUBSCRIPTION_FAILED', undefined]]);
  });

  test('reaches each of two subscribers with what that one may see', async () => {
    const topics: Topic[] = [];
    const { ambit } = world(() => {
      const topic = new Topic();
      topics.push(topic);
      return topic.open();
    });
    const document = 'subscription { issues { title secret } }';
    const vault: Grants = {
      scopes: ['secrets'],
      granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/vault' } }],
    };
    const streams = [await open(ambit, { document }), await open(ambit, { document, grants: vault })];
    const event = {
      issues: ['acme/web', 'acme/vault'].map((project) => ({ ...issue(project).issue, secret: 's' })),
    };
    for (const topic of topics) topic.push(event);
    const [web, other] = await Promise.all(
      streams.map(async (stream) => plain((await stream.next()).value).data),
    );
    expect(web).toEqual({ issues: [{ title: 'acme/web', secret: null }] });
    expect(other).toEqual({ issues: [{ title: 'acme/vault', secret: 's' }] });
    await Promise.all(streams.map((stream) => stream.return()));
  });

  test('under hide stays as hidden as it was', async () => {
    const { ambit, started } = world();
    const hidden = await ambit.execute({
      document: 'subscription { issue { secret } }',
      grants: reader,
      effect: 'hide',
    });
    expect(hidden.errors?.length).toBe(1);
    expect(started).toEqual([]);
  });

  test('with deferred parts comes in one piece, decided with the rest', async () => {
    const { ambit, topic } = world();
    const document = 'subscription { issue { title ... @defer(label: "later") { secret number } } }';
    const stream = await open(ambit, { document });
    topic.push(issue('acme/web'));
    const { value } = await stream.next();
    expect(plain(value).data).toEqual({ issue: { title: 'acme/web', secret: null, number: 1 } });
    expect(Object.keys(value ?? {}).sort()).toEqual(['data', 'errors']);
    await stream.return();
  });
});

describe('a credential', () => {
  const document = 'subscription { issue { title } }';

  test('that expires between two events ends the stream before the second', async () => {
    const made = world();
    const expires = new Date(made.clock + 60_000).toISOString();
    for (const given of [{ grants: { ...reader, expires } }, { credential: { expires } }]) {
      const stream = await open(made.ambit, { document, ...given });
      made.topic.push(issue('acme/web'), issue('acme/web'));
      expect((await stream.next()).value?.data).toBeDefined();
      made.clock += 60_000;
      const last = await stream.next();
      expect([last.done, codes(last.value ?? {}), last.value?.data]).toEqual([false, ENDED, undefined]);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
      expect(made.topic.slots).toBe(0);
      made.clock -= 60_000;
    }
  });

  test('that expires while nothing happens ends the stream all the same', async () => {
    vi.useFakeTimers();
    const made = world();
    const stream = await open(made.ambit, { document, credential: { expires: made.clock + 3_000_000_000 } });
    const waiting = stream.next();
    made.clock += 3_000_000_000;
    await vi.advanceTimersByTimeAsync(3_000_000_000);
    expect(codes((await waiting).value ?? {})).toEqual(ENDED);
    expect((await stream.next()).done).toBe(true);
    expect([made.topic.slots, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('that expires with nobody waiting lets the source go and is told to the next who asks', async () => {
    vi.useFakeTimers();
    const made = world();
    const stream = await open(made.ambit, { document, credential: { expires: made.clock + 1_000 } });
    made.clock += 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(made.topic.slots).toBe(0);
    expect(codes((await stream.next()).value ?? {})).toEqual(ENDED);
    expect((await stream.next()).done).toBe(true);
  });

  test('that is revoked ends the stream at once', async () => {
    const { ambit, topic } = world();
    const controller = new AbortController();
    const stream = await open(ambit, { document, credential: { signal: controller.signal } });
    const waiting = stream.next();
    controller.abort();
    topic.push(issue('acme/web'));
    expect(codes((await waiting).value ?? {})).toEqual(ENDED);
    expect((await stream.next()).done).toBe(true);
    expect(topic.slots).toBe(0);
  });

  test('that is revoked while an event is executed keeps that event from being delivered', async () => {
    const { ambit, topic } = world();
    const controller = new AbortController();
    const stream = await open(ambit, { document, credential: { signal: controller.signal } });
    let finish: (title: string) => void = () => {};
    const title = new Promise<string>((resolve) => {
      finish = resolve;
    });
    let isExecuting: () => void = () => {};
    const executing = new Promise<void>((resolve) => {
      isExecuting = resolve;
    });
    const slow = () => {
      isExecuting();
      return title;
    };
    topic.push({ issue: { project: 'acme/web', title: slow } });
    const waiting = stream.next();
    await executing;
    controller.abort();
    finish('too late');
    const last = await waiting;
    expect([codes(last.value ?? {}), JSON.stringify(last).includes('too late')]).toEqual([ENDED, false]);
  });

  test('that expires while an event is executed keeps it too', async () => {
    const made = world();
    const stream = await open(made.ambit, { document, credential: { expires: made.clock + 5 } });
    const late = () => {
      made.clock += 5;
      return 'too late';
    };
    made.topic.push({ issue: { project: 'acme/web', title: late } });
    expect(codes((await stream.next()).value ?? {})).toEqual(ENDED);
  });

  test('has ended before it began: nothing is started, whatever the operation', async () => {
    const { ambit, started, clock } = world();
    const over = [
      { signal: AbortSignal.abort() },
      { expires: clock },
      { expires: 'tomorrow' },
      { expires: Number.NaN },
      { expires: null as never },
      { signal: {} as never },
    ];
    for (const credential of over) {
      for (const operation of [document, '{ node(id: "p1") { __typename } }']) {
        const result = await ambit.execute({ document: operation, grants: reader, credential });
        expect(codes(result)).toEqual(ENDED);
        expect(result.data).toBeUndefined();
      }
    }
    const expired = { ...reader, expires: new Date(clock).toISOString() };
    expect(codes(await ambit.execute({ document: 'subscription { tick }', grants: expired }))).toEqual(ENDED);
    expect(started).toEqual([]);
  });

  test('that is timed by a clock that breaks has ended', async () => {
    const schema = buildSchema(sdl);
    let reads = 0;
    const now = () => {
      reads += 1;
      if (reads > 20) throw new Error('the clock stands still');
      return 0;
    };
    const ambit = createAmbit({ schema, now });
    const source = async function* () {
      for (;;) yield { tick: 1 };
    };
    const stream = await open(ambit, { document: 'subscription { tick }', rootValue: { tick: source } });
    const seen: unknown[] = [];
    for await (const result of stream) seen.push(codes(result));
    expect(seen.length).toBeLessThan(20);
    expect(['UNAUTHENTICATED', 'SUBSCRIPTION_FAILED']).toContain((seen.at(-1) as string[][])[0]?.[0]);
  });

  test('that ends while the API still opens its stream leaves none open', async () => {
    let give: (stream: unknown) => void = () => {};
    const made = world(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    const controller = new AbortController();
    const executing = made.ambit.execute({
      document,
      grants: reader,
      credential: { signal: controller.signal },
    });
    await vi.waitFor(() => expect(made.started).toEqual(['issue']));
    controller.abort();
    expect(codes(await executing)).toEqual(ENDED);
    give(made.topic.open());
    await vi.waitFor(() => expect(made.topic.slots).toBe(0));
  });
});

describe('the grants of a credential', () => {
  const document = 'subscription { issue { title secret } }';

  test('are asked before each event, and each is decided by what they are then', async () => {
    const { ambit, topic } = world();
    let now: Grants = reader;
    const grants = vi.fn(() => now);
    const stream = await open(ambit, { document, credential: { grants } });
    expect(grants).not.toHaveBeenCalled();
    const event = { issue: { ...issue('acme/web').issue, secret: 'hidden' } };
    const elsewhere = { issue: { ...issue('acme/other').issue, secret: 'hidden' } };
    topic.push(event, event, event, elsewhere);
    expect(plain((await stream.next()).value).data).toEqual({ issue: { title: 'acme/web', secret: null } });
    now = { ...reader, scopes: ['secrets'] };
    expect(plain((await stream.next()).value).data).toEqual({
      issue: { title: 'acme/web', secret: 'hidden' },
    });
    now = { granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/other' } }] };
    expect(plain((await stream.next()).value).data).toEqual({ issue: { title: 'acme/other', secret: null } });
    expect(grants).toHaveBeenCalledTimes(4);
    await stream.return();
  });

  test('that no longer carry the root field end the stream with what is missing', async () => {
    const { ambit, topic } = world();
    let now: Grants = reader;
    const stream = await open(ambit, { document, credential: { grants: async () => now } });
    topic.push(issue('acme/web'), issue('acme/web'));
    await stream.next();
    now = { subject: 'alice' };
    const last = await stream.next();
    expect(codes(last.value ?? {})).toContainEqual(['UNAUTHORIZED_FIELD_OR_TYPE', 'issue']);
    expect(last.value?.data).toBeUndefined();
    expect((await stream.next()).done).toBe(true);
    expect(topic.slots).toBe(0);
  });

  test.each<[string, () => unknown]>([
    ['null', () => null],
    ['nothing', () => undefined],
    ['text', () => 'api'],
    ['a list', () => [reader]],
    ['an unknown key', () => ({ scope: 'api' })],
    ['scopes that are no list', () => ({ scopes: 'api' })],
    ['an expiry in the past', () => ({ ...reader, expires: '2001-01-01' })],
    ['an expiry that is none', () => ({ ...reader, expires: 'soon' })],
    [
      'an exception',
      () => {
        throw new Error('store at 10.0.0.7 is down');
      },
    ],
    ['a rejection', () => Promise.reject(new Error('store at 10.0.0.7 is down'))],
    ['no answer', () => new Promise(() => {})],
  ])('that come as %s end the stream and show nothing of the event', async (_, answer) => {
    const { ambit, topic } = world();
    const credential = { grants: answer as () => Grants, timeoutMs: 20 };
    const stream = await open(ambit, { document: 'subscription { tick }', credential });
    topic.push({ tick: 1 }, { tick: 2 });
    const last = await stream.next();
    expect([last.done, codes(last.value ?? {}), last.value?.data]).toEqual([false, ENDED, undefined]);
    expect(JSON.stringify(last)).not.toContain('10.0.0.7');
    expect((await stream.next()).done).toBe(true);
    expect(topic.slots).toBe(0);
  });

  test('that come too late are not heard any more', async () => {
    const { ambit, topic } = world();
    let answer: (grants: Grants) => void = () => {};
    const grants = () =>
      new Promise<Grants>((resolve) => {
        answer = resolve;
      });
    const stream = await open(ambit, {
      document: 'subscription { tick }',
      credential: { grants, timeoutMs: 5 },
    });
    topic.push({ tick: 1 });
    const last = await stream.next();
    answer({ scopes: ['api'] });
    expect(codes(last.value ?? {})).toEqual(ENDED);
    expect((await stream.next()).done).toBe(true);
  });

  test('that are being asked for do not hold up a revocation', async () => {
    const { ambit, topic } = world();
    const controller = new AbortController();
    const grants = vi.fn(() => new Promise<Grants>(() => {}));
    const credential = { grants, signal: controller.signal, timeoutMs: 60_000 };
    const stream = await open(ambit, { document: 'subscription { tick }', credential });
    topic.push({ tick: 1 });
    const waiting = stream.next();
    await vi.waitFor(() => expect(grants).toHaveBeenCalled());
    controller.abort();
    expect(codes((await waiting).value ?? {})).toEqual(ENDED);
    expect(topic.slots).toBe(0);
  });

  test('bring an expiry of their own', async () => {
    vi.useFakeTimers();
    const made = world();
    const credential = { grants: () => ({ ...reader, expires: new Date(made.clock + 1_000).toISOString() }) };
    const stream = await open(made.ambit, { document, credential });
    made.topic.push(issue('acme/web'));
    expect((await stream.next()).value?.data).toBeDefined();
    const waiting = stream.next();
    made.clock += 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(codes((await waiting).value ?? {})).toEqual(ENDED);
  });

  test('that hide the operation end the stream as if it had never been valid', async () => {
    const { ambit, topic } = world();
    let now: Grants = { ...reader, scopes: ['secrets'] };
    const credential = { grants: () => now };
    const stream = await open(ambit, { document, grants: now, effect: 'hide', credential });
    topic.push(issue('acme/web'), issue('acme/web'));
    expect((await stream.next()).value?.data).toBeDefined();
    now = reader;
    const last = await stream.next();
    expect(last.value?.errors?.map(({ message }) => message)).toEqual([
      'Cannot query field "secret" on type "Issue".',
    ]);
    expect((await stream.next()).done).toBe(true);
  });
});

describe('a stream', () => {
  const document = 'subscription { tick }';

  test('ends where the source ends', async () => {
    const made = world(async function* () {
      yield { tick: 1 };
      yield { tick: 2 };
    });
    const seen: unknown[] = [];
    for await (const { data } of await open(made.ambit, { document })) seen.push({ ...data });
    expect(seen).toEqual([{ tick: 1 }, { tick: 2 }]);
  });

  test('gives its slot back when the consumer stops early', async () => {
    let slots = 0;
    const made = world(async function* () {
      slots += 1;
      try {
        for (let tick = 1; ; tick++) yield { tick };
      } finally {
        slots -= 1;
      }
    });
    for await (const { data } of await open(made.ambit, { document })) {
      expect(slots).toBe(1);
      if (data?.['tick'] === 3) break;
    }
    expect(slots).toBe(0);
  });

  test('answers `return` while it waits for an event, and twice', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document });
    const waiting = [stream.next(), stream.next()];
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect((await stream.return()).done).toBe(true);
    expect((await stream.next()).done).toBe(true);
    expect(topic.slots).toBe(0);
  });

  test('answers `return` although a generator waits for what never comes', async () => {
    const made = world(async function* () {
      yield { tick: 1 };
      await new Promise(() => {});
    });
    const stream = await open(made.ambit, { document });
    await stream.next();
    const waiting = stream.next();
    expect((await stream.return()).done).toBe(true);
    expect((await waiting).done).toBe(true);
  });

  test('lets the source go when it is thrown at', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document });
    await expect(stream.throw(new Error('mine'))).rejects.toThrow('mine');
    expect((await stream.next()).done).toBe(true);
    expect(topic.slots).toBe(0);
  });

  test('answers several who ask at once, each event once and in order', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document });
    const asked = [1, 2, 3].map(() => stream.next());
    topic.push({ tick: () => new Promise((resolve) => setTimeout(() => resolve(1), 10)) }, { tick: 2 });
    topic.push({ tick: 3 });
    expect(plain(await Promise.all(asked)).map(({ value }: { value: object }) => value)).toEqual([
      { data: { tick: 1 } },
      { data: { tick: 2 } },
      { data: { tick: 3 } },
    ]);
    await stream.return();
  });

  test('reads no event before it is asked for one', async () => {
    let read = 0;
    const made = world(async function* () {
      for (;;) yield { tick: ++read };
    });
    const stream = await open(made.ambit, { document });
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(read).toBe(1);
    await stream.return();
  });

  test('ends with one error and no word of it where the source throws in the middle', async () => {
    const { ambit, topic } = world();
    const stream = await open(ambit, { document });
    topic.push({ tick: 1 }, new Error('redis at 10.0.0.7 hung up'), { tick: 2 });
    expect(plain((await stream.next()).value)).toEqual({ data: { tick: 1 } });
    const last = plain((await stream.next()).value);
    expect(last).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'SUBSCRIPTION_FAILED' } }],
    });
    expect(last.errors[0].message).not.toContain('redis');
    expect((await stream.next()).done).toBe(true);
    expect(topic.slots).toBe(0);
  });

  test.each<[string, object]>([
    ['answers nonsense', { next: async () => null }],
    [
      'throws at once',
      {
        next: () => {
          throw new Error('x');
        },
      },
    ],
    [
      'cannot be let go',
      {
        next: async () => {
          throw new Error('x');
        },
        return: () => {
          throw new Error('y');
        },
      },
    ],
  ])('survives a source that %s', async (_, source) => {
    const made = world(() => ({ [Symbol.asyncIterator]: () => source }));
    const stream = await open(made.ambit, { document });
    expect(codes((await stream.next()).value ?? {})).toEqual([['SUBSCRIPTION_FAILED', undefined]]);
    expect((await stream.next()).done).toBe(true);
  });

  test('gives others their turn while it withholds event after event', async () => {
    const made = world(async function* () {
      for (;;) yield issue('acme/vault');
    });
    const controller = new AbortController();
    const credential = { signal: controller.signal };
    const stream = await open(made.ambit, { document: 'subscription { issue { title } }', credential });
    const waiting = stream.next();
    setTimeout(() => controller.abort(), 5);
    expect(codes((await waiting).value ?? {})).toEqual(ENDED);
  });

  test('of thousands leaves no slot and no timer', async () => {
    vi.useFakeTimers();
    const made = world();
    const controller = new AbortController();
    const credential = { signal: controller.signal, expires: made.clock + 60_000 };
    const listening = vi.spyOn(controller.signal, 'addEventListener');
    const streams: EventStream[] = [];
    for (let one = 0; one < 1000; one++) streams.push(await open(made.ambit, { document, credential }));
    expect([made.topic.slots, vi.getTimerCount()]).toEqual([1000, 1000]);
    for (const stream of streams.slice(500)) await stream.return();
    expect([made.topic.slots, vi.getTimerCount()]).toEqual([500, 500]);
    controller.abort();
    expect([made.topic.slots, vi.getTimerCount()]).toEqual([0, 0]);
    expect(listening).toHaveBeenCalledTimes(1);
  });
});
