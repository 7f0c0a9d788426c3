import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { loadConfig } from './config.ts';
import { readByShape, sentenceOf } from './mistakes.ts';

/** No sentence about what somebody wrote or sent is a phrase of the library that found it. */

const FOREIGN = /invalid|too (?:small|big)|expected|received|unrecognized|undefined|has a form that is not/i;
const SECRET = 'hush-hush';
const WRONG: readonly unknown[] = [
  null,
  7,
  -1,
  1.5,
  1e12,
  true,
  '',
  SECRET,
  SECRET.repeat(1_500),
  [],
  [SECRET],
  [7],
  [''],
  {},
  { other: 7 },
  { other: SECRET },
  { a: '', b: '' },
];
const here = import.meta.dirname;

/** Every shape that a module of the server gives to others, but for those of its own answers. */
async function shapes(): Promise<[string, z.ZodType][]> {
  const names = await readdir(here, { recursive: true });
  const found: [string, z.ZodType][] = [];
  for (const name of names.filter((file) => /(?<!\.test|\.d)\.ts$/.test(file))) {
    if (
      name === 'main.ts' ||
      name.endsWith('answers.ts') ||
      !(await readFile(join(here, name), 'utf8')).includes("from 'zod'")
    )
      continue;
    const exported = Object.entries((await import(/* @vite-ignore */ join(here, name))) as object);
    for (const [key, value] of exported)
      if (value instanceof z.ZodType) found.push([`${name} ${key}`, value]);
  }
  return found;
}

/** What is wrong in each part of a shape, the rest being left out. */
function* wrongs(shape: z.ZodType, depth = 0): Generator<unknown> {
  yield* WRONG;
  const { def } = shape as unknown as { def: Record<string, unknown> };
  const inner = (def['innerType'] ?? def['in']) as z.ZodType | undefined;
  if (inner !== undefined) yield* wrongs(inner, depth);
  if (depth > 4) return;
  if (shape instanceof z.ZodObject)
    for (const [key, part] of Object.entries(shape.shape as Record<string, z.ZodType>))
      for (const wrong of wrongs(part, depth + 1)) yield { [key]: wrong };
  if (shape instanceof z.ZodArray)
    for (const wrong of wrongs(shape.element as z.ZodType, depth + 1)) yield [wrong];
  if (shape instanceof z.ZodRecord)
    for (const wrong of wrongs(shape.def.valueType as z.ZodType, depth + 1)) yield { key: wrong };
  if (shape instanceof z.ZodUnion)
    for (const option of shape.options as z.ZodType[]) yield* wrongs(option, depth + 1);
}

describe('every shape', async () => {
  const all = await shapes();

  test('is found', () => {
    expect(all.map(([name]) => name)).toEqual(
      expect.arrayContaining(['tokens/request.ts tokenRequestShape', 'foreign/config.ts issuersShape']),
    );
    expect(all.length).toBeGreaterThan(15);
  });

  test.each(all)('says in our words what is wrong: %s', (_name, shape) => {
    let refused = 0;
    for (const wrong of wrongs(shape)) {
      const { error } = readByShape(shape, wrong);
      for (const issue of error?.issues ?? []) {
        refused += 1;
        const sentence = sentenceOf({ ...issue, path: [] });
        expect(sentence, JSON.stringify(wrong)?.slice(0, 300)).not.toMatch(FOREIGN);
        expect(sentence).not.toContain(SECRET);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('what is said', () => {
  const shape = z.strictObject({
    name: z.string().min(1).max(5),
    port: z.number().int().min(1).max(9),
    effect: z.enum(['filter', 'reject']),
    on: z.boolean(),
    list: z.array(z.string()).min(2),
    tls: z.union([z.boolean(), z.strictObject({ ca: z.string() })]),
  });
  const good = { name: 'a', port: 1, effect: 'filter', on: true, list: ['a', 'b'], tls: true };

  test.each([
    [{ name: undefined }, '`name`: is missing: it has to be a text'],
    [{ name: 4 }, '`name`: must be a text; it is a number'],
    [{ name: '' }, '`name`: must not be empty'],
    [{ name: 'abcdef' }, '`name`: must have at most 5 characters; it has 6'],
    [{ port: '4' }, '`port`: must be a number; it is a text'],
    [{ port: 1.5 }, '`port`: must be a whole number; it is a number that is not whole'],
    [{ port: 0 }, '`port`: must be at least 1; it is 0'],
    [{ port: 10 }, '`port`: must be at most 9; it is 10'],
    [{ effect: 'hide' }, '`effect`: must be one of `filter`, `reject`; it is another text'],
    [{ on: 'yes' }, '`on`: must be `true` or `false`; it is a text'],
    [{ list: { a: 1 } }, '`list`: must be a list, [ ... ]; it is a mapping'],
    [{ list: ['a'] }, '`list`: must have at least 2 items; it has 1'],
    [{ list: ['a', null] }, '`list.1`: must be a text; it is `null`'],
    [{ tls: 3 }, '`tls`: must be `true` or `false` or a mapping, { ... }; it is a number'],
    [{ tls: { ca: 3 } }, '`tls`: `ca`: must be a text; it is a number'],
    [{ prot: 3 }, 'there is no `prot` here; did you mean `port`'],
    [{ zzzzzz: 3 }, 'there is no `zzzzzz` here'],
  ])('of %j', (wrong, sentence) => {
    const { error } = readByShape(shape, { ...good, ...wrong });
    expect(error?.issues.map((issue) => sentenceOf(issue))).toEqual([sentence]);
  });
});

describe('a configuration', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ambit-mistakes-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('says of every option in our words what is wrong, and where', async () => {
    const source = await readFile(join(here, 'config.ts'), 'utf8');
    const [, body = ''] = /const optionsShape = z\.strictObject\(\{\n(.*?)\n\}\);/s.exec(source) ?? [];
    const options = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name);
    expect(options.length).toBeGreaterThan(15);
    const file = join(folder, 'ambit.yml');
    for (const option of options)
      for (const wrong of WRONG) {
        const rest = { schema: 's', upstream: { url: 'http://a.test' } };
        await writeFile(file, JSON.stringify({ ...rest, [option]: wrong }));
        const message = await loadConfig({ file, env: {}, folder }).then(
          () => '',
          (error: Error) => error.message,
        );
        expect(message, `${option}: ${JSON.stringify(wrong).slice(0, 60)}`).not.toMatch(FOREIGN);
        if (message !== '') expect(message).toMatch(/ambit\.yml|AMBIT_DATABASE_URL/);
      }
  });
});

test('nothing that people read is read without these words', async () => {
  const names = (await readdir(here, { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const own: string[] = [];
  for (const name of names) {
    const text = await readFile(join(here, name), 'utf8');
    if (
      /(?:error\.issues|safeParse\([^)]*\)\.error|prettifyError|flattenError)/.test(text) &&
      !text.includes('readByShape')
    )
      own.push(name);
  }
  expect(own).toEqual(['config-mistakes.ts']);
});
