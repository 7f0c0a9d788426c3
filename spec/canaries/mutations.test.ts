import { createForge, type Forge } from '@ambit/example-forge';
import type { GrantBoundary, Grants } from 'ambit';
import { getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPermissions } from './credentials.ts';
import { isCoarse, isNarrow } from './law.ts';
import type { Operation } from './operations.ts';
import { Oracle } from './oracle.ts';
import { groupOf, Places, type Target } from './places.ts';
import {
  type Answer,
  type Door,
  engineOver,
  forgeCatalogue,
  forgeSdl,
  inProcess,
  type OpenGateway,
  openGateway,
  type Question,
} from './rig.ts';
import { makeScene, mutationsOver, projectFor, type Scene, START } from './scene.ts';
import { Complaints, kindOf, Tally } from './tally.ts';

describe('secrets of Forge in the answers to mutations', () => {
  let scene: Scene;
  let forge: Forge;
  let places: Places;
  let oracle: Oracle;
  let operations: readonly Operation[];
  let execute: Door;
  let gateway: OpenGateway;
  let bundles: Awaited<ReturnType<typeof forgeCatalogue>>['assignables'];
  const asked = new Tally();
  const ran = new Tally();
  const refused = new Tally();
  const permitted = new Tally();
  const leaks = new Complaints();
  const trespasses = new Complaints();
  const disagreements = new Complaints();

  beforeAll(async () => {
    scene = await makeScene();
    bundles = (await forgeCatalogue()).assignables;
    forge = createForge();
    places = new Places(forge.data);
    oracle = new Oracle(scene.law, forge.schema, forge.data);
    operations = mutationsOver(forge.schema);
    execute = inProcess(await engineOver(forge.schema));
    gateway = await openGateway(await engineOver(forgeSdl()));
    for (const operation of operations) {
      const isAlone = operations.filter(({ root }) => root === operation.root).length < 3;
      for (let turn = 0; turn < (isAlone ? 24 : 6); turn += 1) await ask(operation);
    }
    console.log(
      `mutations from ${START}: ${operations.length} operations; asked: ${asked}; ran: ${ran}; refused: ${refused}; permitted: ${permitted}`,
    );
  }, 240_000);
  afterAll(() => gateway.close());

  /** The same through both doors, each before a Forge of its own: what one changes the other has to change as well. */
  async function ask(operation: Operation): Promise<void> {
    const { dice } = scene;
    const picked = dice.pick(scene.credentials);
    const candidates = Array.from({ length: 6 }, () => projectFor(picked, { places, dice }));
    const has = (one: string): boolean => places.has(inputFields(operation), aimOf(operation), one);
    const project = candidates.find(has) ?? projectFor(picked, { places, dice });
    const base = dice.chance(0.5) ? withReadable(picked, project) : picked;
    const input = places.input(inputFields(operation), aimOf(operation), project, dice);
    if (!input) return;
    const grants = dice.chance(0.7) ? enabled(base, operation, project, input) : base;
    const target: Target = {
      variables: { input },
      place: placeAfter(operation, input, project),
    };
    const question: Question = { operation, grants, variables: target.variables };
    const may = mayRun(question, project, input);
    const before = places.snapshot();
    const answer = await execute(question);
    const changed = places.snapshot() !== before;
    (changed ? ran : refused).add(operation.root.name);
    if (changed && !may) trespasses.add('something was changed without permission', question, target, answer);
    if (!may && Object.values(answer.data ?? {}).some((value) => value !== null))
      trespasses.add('a refused mutation answers', question, target, answer);
    const other = await gateway.door(question);
    asked.add('both doors');
    for (const one of [answer, other]) heard(question, target, one);
    if (!agree(answer, other)) disagreements.add('the doors disagree', question, target, answer, other);
  }

  function heard(question: Question, target: Target, answer: Answer): void {
    const findings = oracle.judge(question, target, answer);
    for (const secret of findings.permitted) permitted.add(kindOf(secret));
    leaks.addAll(findings, question, target, answer);
  }

  /** The grants with almost everything that can be read: in the project, of the site, and of the person. */
  function withReadable(grants: Grants, project: string): Grants {
    const names = bundles
      .map(({ name }) => name)
      .filter((name) => name.startsWith('read_') && scene.dice.chance(0.9));
    const group = groupOf(project) ?? project;
    const places: readonly GrantBoundary[] = [{ project }, 'instance', 'user', { group }];
    return places.reduce((held, place) => withPermissions(held, names, place), grants);
  }

  /** The base with what the mutation needs where it is aimed, and now and then somewhere else. */
  function enabled(
    base: Grants,
    operation: Operation,
    project: string,
    input: Readonly<Record<string, unknown>>,
  ): Grants {
    const rules = scene.law.asked(`Mutation.${operation.root.name}`);
    const also = scene.dice.chance(0.5) ? ['update_issue_confidentiality', 'accept_merge_request'] : [];
    return rules.reduce(
      (held, rule) => {
        const names = bundles
          .filter(({ permissions }) =>
            permissions.some((one) => rule.permissions.includes(one) || also.includes(one)),
          )
          .map(({ name }) => name);
        const aim = places.aimOf(rule, input, project);
        const known = aim === 'unknown' || aim === 'elsewhere' ? 'user' : aim;
        const place = scene.dice.chance(0.15) ? { project: scene.dice.pick(places.projects()) } : known;
        return scene.dice.chance(rules.length > 1 ? 0.85 : 1) ? withPermissions(held, names, place) : held;
      },
      { ...base, ...scene.dice.pick([{}, {}, { scopes: [] }]) },
    );
  }

  /** Whether the grants carry the mutation itself, by what stands on it and on the input that is sent. */
  function mayRun(
    { operation, grants }: Question,
    project: string,
    input: Readonly<Record<string, unknown>>,
  ): boolean {
    const { name, args } = operation.root;
    if (isCoarse(grants, 'mutation')) return true;
    const own = scene.law.asked(`Mutation.${name}`);
    if (isNarrow(grants, 'mutation', name))
      return own.every((rule) => places.aimOf(rule, input, project) !== 'elsewhere');
    const type = getNamedType(args[0]?.type);
    const rules = Object.entries(input).flatMap(([key, value]) => {
      const field = isInputObjectType(type) ? type.getFields()[key] : undefined;
      return [
        ...scene.law.asked(`${type?.name}.${key}`),
        ...(field ? scene.law.asked(`${getNamedType(field.type).name}.${String(value)}`) : []),
      ];
    });
    return [...own, ...rules].every((rule) =>
      rule.permissions.every((permission) =>
        scene.law.holds(grants, permission, places.aimOf(rule, input, project)),
      ),
    );
  }

  it('appear only where the grants hold their permission in the project in which they are now', () => {
    expect({ count: leaks.count, examples: leaks.examples() }).toEqual({ count: 0, examples: [] });
  });

  it('are not changed and not answered about without the permission of the mutation', () => {
    expect({ count: trespasses.count, examples: trespasses.examples() }).toEqual({ count: 0, examples: [] });
  });

  it('give the same answer from both doors', () => {
    expect({ count: disagreements.count, examples: disagreements.examples() }).toEqual({
      count: 0,
      examples: [],
    });
  });

  it('are met by mutations that run, each at least twice, and by refused ones', () => {
    for (const name of Object.keys(forge.schema.getMutationType()?.getFields() ?? {})) {
      expect(ran.of(name), `${name} that ran`).toBeGreaterThan(1);
      expect(refused.of(name), `${name} that was refused`).toBeGreaterThan(1);
    }
    for (const kind of ['project', 'runner_token', 'issue', 'note', 'ci_variable'])
      expect(permitted.of(kind), kind).toBeGreaterThan(0);
  });
});

function inputFields({ root }: Operation): string[] {
  const type = getNamedType(root.args[0]?.type);
  return isInputObjectType(type) ? Object.keys(type.getFields()) : [];
}

/** Where that lies what the payload shows, once the mutation has run. */
function placeAfter(
  { root }: Operation,
  input: Readonly<Record<string, unknown>>,
  project: string,
): Target['place'] {
  const { targetProjectPath, targetGroupPath, groupPath, parentPath, fullPath, slug } = input;
  const text = (value: unknown): string => String(value ?? '');
  if (root.name === 'updatePreferences') return 'user';
  if (root.name === 'updateAnnouncement') return 'instance';
  if (root.name === 'createGroup') return { group: `${text(parentPath)}/${text(slug)}` };
  if (root.name === 'updateGroup') return { group: text(fullPath) };
  if (root.name === 'createProject') return { project: `${text(groupPath)}/${text(slug)}` };
  if (root.name === 'transferProject')
    return { project: `${text(targetGroupPath)}/${project.split('/').at(-1)}` };
  if (root.name === 'createLabel' && groupPath !== undefined) return { group: text(groupPath) };
  return { project: text(targetProjectPath ?? project) };
}

/** `Issue` of `destroyIssue`. */
function aimOf({ root }: Operation): string {
  return root.name.replace(/^[a-z]+/, '');
}

function agree(one: Answer, other: Answer): boolean {
  return JSON.stringify([one.data, one.errors]) === JSON.stringify([other.data, other.errors]);
}
