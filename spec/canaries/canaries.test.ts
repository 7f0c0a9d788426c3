import { createForge } from '@ambit/example-forge';
import type { Grants } from 'ambit';
import { type GraphQLObjectType, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachableFields } from './chains.ts';
import { makeCredentials, type Material } from './credentials.ts';
import { Dice } from './dice.ts';
import { Law } from './law.ts';
import { generateOperations, type Operation, selectedFields } from './operations.ts';
import { Oracle } from './oracle.ts';
import { Places, type Target } from './places.ts';
import { type Answer, type Door, engineOver, forgeCatalogue, forgeSdl, inProcess, openGateway, type OpenGateway, type Question } from './rig.ts';

const start = Number(process.env['AMBIT_CANARY_START'] ?? 20260105);
const credentialCount = 200;
const kinds = ['project', 'runner_token', 'issue', 'merge_request', 'note', 'ci_variable', 'user_email'];

const dice = new Dice(start);
const forge = createForge();
const places = new Places(forge.data);
const query = forge.schema.getQueryType() as GraphQLObjectType;
const operations = generateOperations(forge.schema, query, 4, dice);

describe('canaries', () => {
  let oracle: Oracle;
  let law: Law;
  let credentials: Grants[];
  let execute: Door;
  let gateway: OpenGateway;
  beforeAll(async () => {
    const bundles = (await forgeCatalogue()).assignables;
    law = new Law(bundles, parse(forgeSdl()));
    oracle = new Oracle(law, forge.schema, forge.data);
    const mutation = forge.schema.getMutationType() as GraphQLObjectType;
    const material: Material = {
      bundles,
      projects: places.projects(),
      groups: places.groups(),
      queries: Object.keys(query.getFields()),
      mutations: Object.keys(mutation.getFields()),
    };
    credentials = makeCredentials(credentialCount, material, dice);
    execute = inProcess(await engineOver(forge.schema));
    gateway = await openGateway(await engineOver(forgeSdl()));
  });
  afterAll(() => gateway.close());

  it('the operations reach every field of every type', () => {
    const mutations = generateOperations(forge.schema, forge.schema.getMutationType() as GraphQLObjectType, 3, dice);
    const selected = selectedFields(forge.schema, [...operations, ...mutations]);
    expect([...reachableFields(forge.schema)].filter((name) => !selected.has(name))).toEqual([]);
  });

  it('runs', async () => {
    const t0 = performance.now();
    const seen = new Map<string, number>();
    const leaks = new Map<string, string[]>();
    let n = 0;
    for (const [index, operation] of operations.entries()) {
      for (let turn = 0; turn < 4; turn++) {
        const grants = credentials[(index * 4 + turn) % credentials.length] as Grants;
        const target = places.aim(operation, projectFor(grants), dice);
        const question: Question = { operation, grants, variables: target.variables };
        const answer = await execute(question);
        n++;
        const findings = oracle.judge(question, target, answer);
        for (const t of findings.permitted) { const k = /canary-([a-z_]+)/.exec(t)![1]!; seen.set(k, (seen.get(k) ?? 0) + 1); }
        for (const l of findings.leaks) { const key = l.replace(/ at .*|canary.*/, ''); leaks.set(key, [...(leaks.get(key) ?? []), `${l}\n${operation.text}\n${JSON.stringify(target)}\n${JSON.stringify(grants)}`]); }
      }
    }
    console.log(operations.length, n, performance.now() - t0, seen);
    for (const [k, v] of leaks) console.log('LEAK', k, v.length, v.sort((a, b) => a.length - b.length)[0]);
  }, 300000);

  it('http', async () => {
    const t0 = performance.now();
    let n = 0;
    const diffs = new Map<string, string[]>();
    for (const [index, operation] of operations.entries()) {
      if (operation.title.split('>.').length > 3 && index % 4) continue;
        const grants = credentials[(index * 7) % credentials.length] as Grants;
        const target = places.aim(operation, projectFor(grants), dice);
        const question: Question = { operation, grants, variables: target.variables };
        const [a, b] = await Promise.all([execute(question), gateway.door(question)]);
        n++;
        if (JSON.stringify(a.data) !== JSON.stringify(b.data) || JSON.stringify(a.errors) !== JSON.stringify(b.errors)) {
          const key = operation.root.name;
          diffs.set(key, [...(diffs.get(key) ?? []), `${operation.text}\n${JSON.stringify(target)}\n${JSON.stringify(grants)}\n${a.text}${b.text}`]);
        }
    }
    console.log(n, performance.now() - t0);
    for (const [k, v] of diffs) console.log('DIFF', k, v.length, v.sort((a, b) => a.length - b.length)[0]);
  }, 300000);
});

function projectFor(grants: Grants): string {
  const held = (grants.granular ?? []).flatMap(({ boundary }) => (typeof boundary === 'string' ? [] : Object.values(boundary)));
  const inside = places.projects().filter((path) => held.some((one) => path === one || path.startsWith(`${one}/`)));
  return inside.length > 0 && dice.chance(0.6) ? dice.pick(inside) : dice.pick(places.projects());
}
void kinds;
export type { Answer, Operation, Target };
