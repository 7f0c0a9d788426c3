import { execute, parse, subscribe } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createForge, type Forge } from '../src/index.ts';
import { type AskableForge, askableForge, codes } from './askForge.ts';

/** What belongs to one person, what concerns the whole site, and what is listened for. */

let forge: AskableForge;
beforeEach(async () => {
  forge = await askableForge();
});
afterEach(() => forge.close());

describe('keys and preferences', () => {
  test('are those of the caller', async () => {
    const query = '{ accessKeys { title owner { username } } preferences { theme owner { username } } }';
    expect((await forge.ask('alice', query)).data).toEqual({
      accessKeys: ['Laptop', 'Desk'].map((name) => ({
        title: `${name} of alice`,
        owner: { username: 'alice' },
      })),
      preferences: { theme: 'LIGHT', owner: { username: 'alice' } },
    });
    expect((await forge.ask(null, query)).data).toEqual({ accessKeys: [], preferences: null });
  });

  test('are all shown to an administrator', async () => {
    const { data } = await forge.ask('root', '{ accessKeys { id } }');
    expect(data?.accessKeys).toHaveLength(27);
  });

  test('are changed by their person, and by an administrator', async () => {
    const call =
      'mutation { updatePreferences(input: { username: "alice", theme: DARK }) { errors preferences { theme mailsNotes } } }';
    expect(codes(await forge.ask('bob', call))).toEqual(['FORBIDDEN']);
    expect(codes(await forge.ask(null, call))).toEqual(['FORBIDDEN']);
    for (const subject of ['alice', 'root'])
      expect((await forge.ask(subject, call)).data).toEqual({
        updatePreferences: { errors: [], preferences: { theme: 'DARK', mailsNotes: true } },
      });
  });

  test('of somebody else cannot be found by their id', async () => {
    const own = 'gid://forge/AccessKey/6';
    const call = `mutation { destroyAccessKey(input: { id: "${own}" }) { errors accessKeyId } }`;
    expect(codes(await forge.ask('bob', call))).toEqual(['NOT_FOUND']);
    expect((await forge.ask('alice', call)).data).toEqual({
      destroyAccessKey: { errors: [], accessKeyId: own },
    });
    expect((await forge.ask('alice', '{ accessKeys { title } }')).data).toEqual({
      accessKeys: [{ title: 'Desk of alice' }],
    });
  });
});

describe('the site', () => {
  test('tells its figures to administrators', async () => {
    const query = '{ statistics { people projects issues } }';
    expect((await forge.ask('root', query)).data).toEqual({
      statistics: { people: 12, projects: 25, issues: 500 },
    });
    expect((await forge.ask('alice', query)).data).toEqual({ statistics: null });
  });

  test('tells everybody what an administrator wrote', async () => {
    const call = 'mutation { updateAnnouncement(input: { text: "Closed." }) { errors } }';
    expect(codes(await forge.ask('alice', call))).toEqual(['FORBIDDEN']);
    await forge.ask('root', call);
    expect((await forge.ask(null, '{ announcement { text } }')).data).toEqual({
      announcement: { text: 'Closed.' },
    });
  });
});

describe('listening for notes', () => {
  const query = 'subscription ($path: ID!) { noteAdded(projectPath: $path) { body noteable { title } } }';
  const listen = async ({ schema }: Forge, subject: string | null, path = 'acme/web') =>
    subscribe({
      schema,
      document: parse(query),
      variableValues: { path },
      contextValue: { subject },
    });
  const add = async ({ schema }: Forge, input: string, path = 'acme/web') => {
    const text = `mutation { createNote(input: { projectPath: "${path}", issueIid: 1, ${input} }) { errors } }`;
    const result = await execute({ schema, document: parse(text), contextValue: { subject: 'root' } });
    expect(result.errors).toBeUndefined();
  };

  test('brings each that is added in the project and that the person may see', async () => {
    const own = createForge();
    const events = await listen(own, 'mallory');
    if (!(Symbol.asyncIterator in events)) throw new Error('no stream came');
    await add(own, 'body: "Elsewhere"', 'acme/docs');
    await add(own, 'body: "For members", internal: true');
    await add(own, 'body: "First"');
    await add(own, 'body: "Second"');
    const title = 'Checkout button does nothing on Safari';
    for (const body of ['First', 'Second'])
      expect((await events.next()).value).toEqual({ data: { noteAdded: { body, noteable: { title } } } });
    await events.return(undefined);
    expect(own.data.addedNotes.size).toBe(0);
  });

  test('ends while no event comes', async () => {
    const own = createForge();
    const events = await listen(own, 'alice');
    if (!(Symbol.asyncIterator in events)) throw new Error('no stream came');
    const next = events.next();
    await events.return(undefined);
    expect(await next).toEqual({ done: true, value: undefined });
    expect(own.data.addedNotes.size).toBe(0);
  });

  test.each(['acme/vault', 'acme/nothing'])('finds no %s for whoever may not see it', async (path) => {
    const result = await listen(createForge(), 'bob', path);
    expect(result).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});
