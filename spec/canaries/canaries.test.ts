import type { Grants } from 'ambit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachableFields } from './chains.ts';
import { isCoarse, isNarrow } from './law.ts';
import { type Operation, selectedFields } from './operations.ts';
import type { Target } from './places.ts';
import {
  type Answer,
  engineOver,
  forgeSdl,
  inProcess,
  type OpenGateway,
  openGateway,
  type Question,
} from './rig.ts';
import { makeScene, mutationsOver, projectFor, queriesOver, type Scene, START } from './scene.ts';
import { Complaints, kindOf, secretsIn, Tally } from './tally.ts';

const KINDS = ['project', 'runner_token', 'issue', 'merge_request', 'note', 'ci_variable', 'user_email'];
const ALL: Grants = { subject: 'root', scopes: ['api'] };

describe('secrets of Forge in the answers to queries', () => {
  let scene: Scene;
  let operations: readonly Operation[];
  let gateway: OpenGateway;
  const asked = new Tally();
  const permitted = new Tally();
  const permittedOverHttp = new Tally();
  const refused = new Tally();
  const leaks = new Complaints();
  const losses = new Complaints();
  const holes = new Complaints();
  const hints = new Complaints();
  const disagreements = new Complaints();

  beforeAll(async () => {
    scene = await makeScene();
    operations = queriesOver(scene.forge.schema);
    gateway = await openGateway(await engineOver(forgeSdl()));
    await askEverything();
    console.log(
      `canaries from ${START}: ${operations.length} operations, ${scene.credentials.length} credentials; asked: ${asked}`,
    );
    console.log(`  permitted in process: ${permitted}; over HTTP: ${permittedOverHttp}; refused: ${refused}`);
  }, 240_000);
  afterAll(() => gateway.close());

  async function askEverything(): Promise<void> {
    const execute = inProcess(await engineOver(scene.forge.schema));
    for (const [index, operation] of operations.entries()) {
      const isShort = operation.steps < 4;
      for (let turn = 0; turn < (isShort ? 4 : 2); turn += 1) {
        const grants = scene.credentials[(index * 3 + turn * 67) % scene.credentials.length] as Grants;
        const target = scene.places.aim(operation, projectFor(grants, scene), scene.dice);
        const question: Question = { operation, grants, variables: target.variables };
        const answer = await execute(question);
        asked.add('in process');
        heard(question, target, answer, permitted);
        if (turn === 0) compareWithAll(question, target, answer, await execute({ ...question, grants: ALL }));
        if (isShort ? turn < 2 : turn === 0 && index % 4 === 0) {
          const other = await gateway.door(question);
          asked.add('over HTTP');
          heard(question, target, other, permittedOverHttp);
          if (!agree(answer, other)) disagreements.add('the doors disagree', question, target, answer, other);
          if (isUntouched(question, target)) await compareWithNothing(question, target, other, gateway.door);
        }
        if (turn < 2 && isUntouched(question, target))
          await compareWithNothing(question, target, answer, execute);
      }
    }
  }

  function heard(question: Question, target: Target, answer: Answer, into: Tally): void {
    const findings = scene.oracle.judge(question, target, answer);
    for (const secret of findings.permitted) into.add(kindOf(secret));
    leaks.addAll(findings, question, target, answer);
    if (findings.holes > 0) holes.add(`${findings.holes} empty places`, question, target, answer);
  }

  /** What `api` sees and the credential does not was refused; what the grants hold in the very place aimed at has to be there. */
  function compareWithAll(question: Question, target: Target, answer: Answer, all: Answer): void {
    const shown = new Set(secretsIn(answer.text));
    for (const secret of secretsIn(all.text).filter((one) => !shown.has(one))) {
      if (!scene.oracle.mayUncover(question, secret)) refused.add(kindOf(secret));
      else if (question.operation.isPlain && scene.oracle.liesAt(secret, target.place))
        losses.add(`${secret} is missing`, question, target, answer);
    }
  }

  /** Whether the credential holds nothing at, above or below what it aims at. */
  function isUntouched({ operation, grants }: Question, { place }: Target): boolean {
    if (
      typeof place === 'string' ||
      isCoarse(grants, 'query') ||
      isNarrow(grants, 'query', operation.root.name)
    )
      return false;
    return !scene.law.touches(grants, place);
  }

  async function compareWithNothing(
    question: Question,
    target: Target,
    answer: Answer,
    door: (question: Question) => Promise<Answer>,
  ): Promise<void> {
    const none = await door({ ...question, variables: scene.places.nothing(target).variables });
    asked.add('at nothing');
    if (none.text !== answer.text)
      hints.add('what is outside differs from what does not exist', question, target, answer, none);
  }

  it('are aimed at by operations that reach every field of every type', () => {
    const { schema } = scene.forge;
    const selected = selectedFields(schema, [...operations, ...mutationsOver(schema)]);
    expect([...reachableFields(schema)].filter((name) => !selected.has(name))).toEqual([]);
  });

  it('appear only where the grants hold their permission in their project or above', () => {
    expect({ count: leaks.count, examples: leaks.examples() }).toEqual({ count: 0, examples: [] });
  });

  it('appear where the grants do hold it, in process', () => {
    expect({ count: losses.count, examples: losses.examples() }).toEqual({ count: 0, examples: [] });
    for (const kind of KINDS)
      expect(permitted.of(kind), `permitted sightings of ${kind}`).toBeGreaterThan(300);
    for (const kind of KINDS) expect(permittedOverHttp.of(kind), `the same over HTTP`).toBeGreaterThan(50);
  });

  it('are refused often enough for the check to mean something', () => {
    for (const kind of KINDS) expect(refused.of(kind), `refusals of ${kind}`).toBeGreaterThan(500);
  });

  it('give the same answer from both doors', () => {
    expect({ count: disagreements.count, examples: disagreements.examples() }).toEqual({
      count: 0,
      examples: [],
    });
  });

  it('leave no empty places in lists: what lies outside is not counted', () => {
    expect({ count: holes.count, examples: holes.examples() }).toEqual({ count: 0, examples: [] });
  });

  it('are not hinted at: what lies outside is answered like what does not exist, byte for byte', () => {
    expect(asked.of('at nothing')).toBeGreaterThan(1000);
    expect({ count: hints.count, examples: hints.examples() }).toEqual({ count: 0, examples: [] });
  });
});

function agree(one: Answer, other: Answer): boolean {
  return JSON.stringify([one.data, one.errors]) === JSON.stringify([other.data, other.errors]);
}
