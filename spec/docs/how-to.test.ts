import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAmbit } from 'ambit';
import { loadCaseFile, runCase } from 'ambit/cases';
import { loadRules } from 'ambit/load';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument } from './documents.ts';

/** What the guides show does what they say. */

const root = fileURLToPath(new URL('../../', import.meta.url));
mkdirSync(join(root, '.ambit'), { recursive: true });
// Below the repository, so that what is saved there finds the packages.
const folder = mkdtempSync(join(root, '.ambit', 'how-to-'));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const blocksOf = (name: string, language: string) =>
  readDocument(`docs/${name}.md`).blocks.filter((block) => block.language === language);
const [unmarked, marked] = blocksOf('tutorial', 'graphql');
const save = (name: string, text = ''): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Runs a server out of a guide on a free port; answers its address. */
async function started(name: string, code = ''): Promise<string> {
  const told = `${code}\nserver.on('listening', () => console.log(server.address().port));\n`;
  const child = spawn(process.execPath, [save(name, told)], { env: { ...process.env, PORT: '0' } });
  children.push(child);
  const [port] = await once(child.stdout, 'data');
  return `http://127.0.0.1:${String(port).trim()}`;
}

describe('how to test your rules', () => {
  it('shows cases that pass over the schema of the tutorial', async () => {
    save('schema.graphql', marked?.text);
    const cases = await loadCaseFile(save('cases.yml', blocksOf('how-to/test-your-rules', 'yaml')[0]?.text));
    expect(cases.length).toBe(4);
    for (const one of cases) expect((await runCase(one)).differences).toEqual([]);
  });

  it('shows cases of others that pass as they are', async () => {
    const cases = await loadCaseFile(save('others.yml', blocksOf('how-to/test-your-rules', 'yaml')[1]?.text));
    expect(cases.length).toBe(2);
    for (const one of cases) expect((await runCase(one)).differences).toEqual([]);
  });
});

describe('how to protect a foreign API', () => {
  it('shows rules that leave nothing open in the schema of the tutorial', async () => {
    const rules = await loadRules(
      save('rules.yml', blocksOf('how-to/protect-a-foreign-api', 'yaml')[0]?.text),
    );
    const { findings, coverage } = createAmbit({ schema: unmarked?.text ?? '', rules }).check();
    expect({ findings, coverage }).toEqual({ findings: [], coverage: { covered: 4, total: 4 } });
  });
});

describe('how to mark a schema', () => {
  it('shows a schema and kinds that compile', async () => {
    const [types, mutations] = blocksOf('how-to/mark-a-schema', 'graphql');
    const node = `
      interface Node { id: ID! }
      extend type Query { node(id: ID!): Node @public }
      extend type Issue implements Node { id: ID! }`;
    const rules = await loadRules(save('kinds.yml', blocksOf('how-to/mark-a-schema', 'yaml')[0]?.text));
    const ambit = createAmbit({ schema: `${types?.text}${mutations?.text}${node}`, rules });
    expect(ambit.check().findings).toEqual([]);
  });
});

describe('how to protect your server', () => {
  it('shows a server that answers who holds the scope, and nobody else', async () => {
    const [code] = blocksOf('how-to/protect-your-server', 'js');
    const url = await started('server.mjs', code?.text);
    const good = '{"query":"{ note(id: 1) { text } }","variables":null,"operationName":null}';
    const ask = (headers: Record<string, string>, body = good) =>
      fetch(url, { method: 'POST', headers, body });
    expect((await ask({})).status).toBe(401);
    for (const bad of ['no JSON', 'null', '[]', '{"query":1}'])
      expect((await ask({ authorization: 'Bearer t-1' }, bad)).status).toBe(400);
    expect(await (await ask({ authorization: 'Bearer t-1' })).json()).toEqual({
      data: { note: { text: 'note 1' } },
    });
  });

  it('shows a subscription that a revocation ends', async () => {
    const [, code] = blocksOf('how-to/protect-your-server', 'js');
    const child = spawn(process.execPath, [save('subscription.mjs', code?.text)]);
    children.push(child);
    let told = '';
    for await (const part of child.stdout) told += String(part);
    const results = told
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const note = (text: string) => ({ data: { noteAdded: { text } } });
    expect(results).toEqual([
      note('note 1'),
      note('note 2'),
      { errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });
});

describe('how to protect a Yoga server', () => {
  it('shows a server that answers as the guide says', async () => {
    const [code] = blocksOf('how-to/protect-a-yoga-server', 'js');
    const url = await started('yoga.mjs', code?.text);
    const ask = async (query: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      });
      return { status: response.status, body: await response.text() };
    };
    const token = { authorization: 'Bearer t-1' };
    expect(await ask('{ note(id: 1) { text author } }', token)).toEqual({
      status: 200,
      body: '{"data":{"note":{"text":"note 1","author":"alice"}}}',
    });
    const refused = await ask('mutation { deleteNote(id: 1) }', token);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('notes:delete');
    const schema = await ask('{ __schema { mutationType { name } } }', token);
    expect(schema.body).toBe('{"data":{"__schema":{"mutationType":null}}}');
    expect((await ask('{ note(id: 1) { text } }')).status).toBe(401);
    expect((await ask('{ note(id: 1) { text } }', { authorization: 'Bearer t-2' })).status).toBe(401);
  });
});
