import { createForge, type Forge } from '@ambit/example-forge';
import type { Grants } from 'ambit';
import { isObjectType, Kind, parse, print, visit } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from './operations.ts';
import { type Door, engineOver, forgeSdl, inProcess, openGateway, type Question } from './rig.ts';
import { makeScene, projectFor, queriesOver, type Scene } from './scene.ts';
import { kindOf, Tally } from './tally.ts';

/** The check itself is checked: without the rule on one type, and with `coverage: open`, it has to find what leaks. */
describe('the check for secrets, on a schema from which the rule of CiVariable was removed', () => {
  let scene: Scene;
  let operations: readonly Operation[];
  beforeAll(async () => {
    scene = await makeScene();
    operations = queriesOver(scene.forge.schema).filter(
      ({ text, steps }) => steps < 4 && /ciVariable|CiVariable/.test(text),
    );
  });

  /** Kinds of secret that came out without a permission. */
  async function leaksThrough(door: Door): Promise<Tally> {
    const leaked = new Tally();
    for (const [index, operation] of operations.entries()) {
      for (let turn = 0; turn < 2; turn += 1) {
        const grants = scene.credentials[(index * 3 + turn * 67) % scene.credentials.length] as Grants;
        const target = scene.places.aim(operation, projectFor(grants, scene), scene.dice);
        const question: Question = { operation, grants, variables: target.variables };
        const { leaks } = scene.oracle.judge(question, target, await door(question));
        for (const leak of leaks) if (leak.startsWith('the secret ')) leaked.add(kindOf(leak));
      }
    }
    return leaked;
  }

  it('finds leaks in process where coverage is open, and only of that type', async () => {
    const leaked = await leaksThrough(inProcess(await engineOver(unruledForge().schema, 'open')));
    expect(leaked.of('ci_variable')).toBeGreaterThan(20);
    expect(leaked.names()).toEqual(['ci_variable']);
  }, 60_000);

  it('finds leaks in the gateway where coverage is open, and only of that type', async () => {
    const gateway = await openGateway(await engineOver(unruledSdl(), 'open'));
    const leaked = await leaksThrough(gateway.door).finally(() => gateway.close());
    expect(leaked.of('ci_variable')).toBeGreaterThan(20);
    expect(leaked.names()).toEqual(['ci_variable']);
  }, 60_000);

  it('finds none where coverage is strict: what nobody marked is denied', async () => {
    const leaked = await leaksThrough(inProcess(await engineOver(unruledForge().schema)));
    expect(leaked.names()).toEqual([]);
  }, 60_000);
});

function unruledSdl(): string {
  const document = visit(parse(forgeSdl()), {
    [Kind.OBJECT_TYPE_DEFINITION]: (node) =>
      node.name.value === 'CiVariable' ? { ...node, directives: [] } : undefined,
  });
  return print(document);
}

function unruledForge(): Forge {
  const forge = createForge();
  const type = forge.schema.getType('CiVariable');
  if (!isObjectType(type) || !type.astNode) throw new Error('the type is not there');
  type.astNode = { ...type.astNode, directives: [] };
  return forge;
}
