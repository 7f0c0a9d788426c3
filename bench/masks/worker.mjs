import { buildSchema, execute, getIntrospectionQuery, parse, validate } from 'graphql';
import { createAmbit } from '../../packages/ambit/dist/index.js';
import { report } from '../lib/child.mjs';
import { inTurns, quartiles, round } from '../lib/measure.mjs';
import {
  createGitHub,
  createUnmarked,
  grantsOf,
  readAll,
  readOperation,
  readRules,
  schemaText,
} from './github.mjs';

const variables = { owner: 'owner-1', name: 'repository-1' };
const loose = { assumeValidSDL: true };

const tasks = { compile, credential, introspection, wide, operation, kept };

/** Schema and rules, against the schema alone. GitHub's SDL breaks a rule of SDL, so the schema alone is not checked. */
async function compile({ seconds }) {
  const parts = await readRules();
  const schema = buildSchema(schemaText, loose);
  const whole = await inTurns(
    () => buildSchema(schemaText, loose),
    () => createAmbit({ schema: schemaText, ...parts }),
    seconds * 1000,
  );
  return {
    ratio: quartiles(whole.ratios),
    buildSchema: quartiles(whole.times).median,
    rulesOnly: await typical(() => createAmbit({ schema, ...parts }), 9),
  };
}

/** What a credential costs that was never seen: its first decision, its mask. */
async function credential() {
  const ambit = await createGitHub();
  const document = parse(readOperation('list-issues'));
  let next = 1000;
  const decideFirst = () =>
    typical(() => ambit.decide({ document, variables, grants: grantsOf(next++) }), 61);
  await decideFirst();
  await maskAll(await createGitHub());
  return {
    decideFirst: await decideFirst(),
    maskFirst: await maskAll(ambit),
    maskAgain: await typical(() => ambit.mask(grantsOf(0)), 61),
  };
}

/** Masks that no two of have the same permissions. */
function maskAll(ambit) {
  let index = 0;
  return typical(() => ambit.mask(grantsOf(index++)), 31);
}

/** A mask that leaves most of the schema. */
async function wide() {
  const query = parse(getIntrospectionQuery());
  const engines = Array.from({ length: 7 }, createUnmarked);
  const masks = await typical(() => engines.pop().mask(readAll), 7);
  const ambit = createUnmarked();
  const ask = () => ambit.execute({ document: query, grants: readAll });
  const { data } = await ask();
  return { mask: masks, introspection: await typical(ask, 15), types: data.__schema.types.length };
}

/** The whole introspection query, enforced, and by graphql-js on the whole schema. */
async function introspection() {
  const ambit = await createGitHub();
  const schema = buildSchema(schemaText, loose);
  const document = parse(getIntrospectionQuery());
  let next = 0;
  const ask = (grants) => ambit.execute({ document, grants });
  const { data, errors } = await ask(grantsOf(7));
  if (errors || data.__schema.types.length < 20) throw new Error('the masked introspection failed');
  const first = await typical(() => ask(grantsOf(100 + next++)), 31);
  const again = await typical(() => ask(grantsOf(7)), 31);
  const whole = await typical(() => execute({ schema, document }), 15);
  return { first, again, whole, types: data.__schema.types.length };
}

/** Operations that were never seen, and one that is known; `prepare` is what all doors go through, below `decide`. */
async function operation({ seconds }) {
  const ambit = await createGitHub();
  const grants = grantsOf(1);
  const text = readOperation('list-issues');
  const doors = { decide: (input) => ambit.decide(input), prepare: (input) => ambit.stages.prepare(input) };
  const ask = (door, document) => doors[door]({ document, variables, grants });
  const known = parse(text);
  let next = 0;
  const documents = (count) =>
    Array.from({ length: count }, () => parse(text.replace('number', `n${next++}: number`)));
  const schema = buildSchema(schemaText, loose);
  const overDocuments = async (run) => {
    const list = documents(400);
    return typical(() => run(list.pop()), 400);
  };
  await overDocuments((document) => validate(schema, document));
  await overDocuments((document) => ask('decide', document));
  const validation = await overDocuments((document) => validate(schema, document));
  const each = async (door) => {
    await round(() => ask(door, known), 2000);
    const again = () => ask(door, known);
    const { times } = await inTurns(again, again, seconds * 500);
    return quartiles(times).median;
  };
  return {
    validation,
    decideNew: await overDocuments((document) => ask('decide', document)),
    prepareNew: await overDocuments((document) => ask('prepare', document)),
    decideKnown: await each('decide'),
    prepareKnown: await each('prepare'),
  };
}

/** Bytes that stay for each credential while whoever uses Ambit keeps its grants. */
async function kept() {
  const ambit = await createGitHub();
  const document = parse(readOperation('list-issues'));
  const introspected = parse('{ __schema { types { name } } }');
  const credentials = Array.from({ length: 5000 }, (_, index) => grantsOf(index));
  for (let index = 0; index < 50; index += 1)
    ambit.decide({ document, variables, grants: grantsOf(9000 + index) });
  const before = await heap();
  for (const grants of credentials) ambit.decide({ document, variables, grants });
  const decided = await heap();
  for (const grants of credentials.slice(0, 200)) await ambit.execute({ document: introspected, grants });
  const after = await heap();
  if (credentials.length !== 5000) throw new Error('the grants have to be held until here');
  return { decided: (decided - before) / credentials.length, masks: after - decided };
}

async function heap() {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Median milliseconds of single calls. */
async function typical(run, count) {
  const times = [];
  for (let turn = 0; turn < count; turn += 1) times.push(await round(run, 1));
  return quartiles(times).median;
}

await report((task) => tasks[task.task](task));
