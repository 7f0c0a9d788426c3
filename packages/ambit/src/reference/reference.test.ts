import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import { referenceMarkdown } from './markdown.ts';
import { neededBy } from './needed.ts';
import { referenceOf } from './reference.ts';

const asks = (permission: string, kind: string, more = ''): string =>
  `@requiresPermissions(permissions: ["${permission}"], boundaryType: "${kind}"${more})`;

const { policy } = createAmbit({
  schema: `
    type Query { box: Box boxes: BoxConnection any: Thing lid(shape: Shape): Lid }
    type Mutation {
      moveBox(from: ID!, to: ID!): MoveBoxPayload ${asks('move_box', 'shelf', ', boundaryArgument: "from"')} ${asks('move_box', 'room', ', boundaryArgument: "to", group: "to"')}
      paintBox(input: PaintInput!): MoveBoxPayload ${asks('paint_box', 'shelf', ', boundaryArgument: "input.id", group: "a"')} ${asks('paint_box', 'room', ', boundaryArgument: "input.id", group: "a"')}
    }
    type Subscription { boxMoved(id: ID!): Box ${asks('read_box', 'shelf', ', boundaryArgument: "id"')} }
    type MoveBoxPayload { box: Box }
    input PaintInput { id: ID! gold: Boolean ${asks('gild_box', 'shelf')} }
    enum Shape { ROUND SECRET ${asks('read_secret', 'instance')} }
    interface Thing { weight: Int ${asks('weigh_thing', 'shelf')} }
    type Box implements Thing ${asks('read_box', 'shelf', ', boundary: "id"')} { id: ID weight: Int }
    type BoxConnection { nodes: [Box] }
    type Lid ${asks('read_box', 'shelf', ', boundary: "id"')} { id: ID }`,
});

const needers = (permission: string): string[] =>
  (neededBy(policy).get(permission) ?? []).map(
    ({ needer, boundaryTypes, coordinates }) =>
      `${needer} in ${boundaryTypes.join(' or ')}: ${coordinates.join(' ')}`,
  );

describe('what needs a permission', () => {
  it('is whatever asks for it, and each root field that returns what does, also in a list', () => {
    expect(needers('read_box')).toEqual([
      'query in shelf: Query.box Query.boxes Query.lid',
      'subscription in shelf: Subscription.boxMoved',
      'type in shelf: Box Lid',
    ]);
  });

  it('is also a field, an input field and an enum value', () => {
    expect(needers('weigh_thing')).toEqual(['field in shelf: Thing.weight']);
    expect(needers('gild_box')).toEqual(['input in shelf: PaintInput.gold']);
    expect(needers('read_secret')).toEqual(['enumValue in instance: Shape.SECRET']);
  });

  it('needs it in one of several kinds, or in each of them', () => {
    expect(needers('paint_box')).toEqual(['mutation in room or shelf: Mutation.paintBox']);
    expect(needers('move_box')).toEqual([
      'mutation in room: Mutation.moveBox',
      'mutation in shelf: Mutation.moveBox',
    ]);
  });
});

describe('the reference', () => {
  it('lists what rules ask for where there is no catalogue', () => {
    const { categories, unassignable } = referenceOf(policy);
    expect(categories.map(({ name, resources }) => [name, resources.map((one) => one.name)])).toEqual([
      ['Permissions', ['Box', 'Secret', 'Thing']],
    ]);
    expect(unassignable).toEqual([]);
    const [box] = categories[0]!.resources;
    expect(box!.assignables.map(({ name, action, boundaries }) => `${name} ${action} ${boundaries}`)).toEqual(
      [
        'gild_box Gild shelf',
        'move_box Move room,shelf',
        'paint_box Paint room,shelf',
        'read_box Read shelf',
      ],
    );
  });

  it('says which permissions nobody can be granted, and which nothing needs', () => {
    const names = ['read_box', 'move_box', 'paint_box', 'gild_box', 'read_secret', 'weigh_thing', 'burn_box'];
    const permissions = {
      permissions: names.map((name) => ({ name, description: `About ${name}` })),
      permission_groups: [
        {
          name: 'read_box',
          description: 'About read_box.',
          permissions: ['read_box', 'burn_box'],
          boundaries: ['shelf'],
          category: 'Storage',
          resource: 'Boxes',
          action: 'Look into',
        },
      ],
    };
    const schema = policy.schema;
    const reference = referenceOf(createAmbit({ schema, permissions }).policy);
    expect(reference.unassignable.map(({ name }) => name)).toEqual([
      'gild_box',
      'move_box',
      'paint_box',
      'read_secret',
      'weigh_thing',
    ]);
    const page = referenceMarkdown(reference);
    expect(page).toContain(
      '## Storage\n\n### Boxes\n\n#### Look into (`read_box`)\n\nAbout read_box. Granted in: shelf.\n\n- `burn_box`: About burn_box.\n\n|',
    );
    expect(page).toContain('\n| `burn_box` | | nothing |\n');
    expect(page).toContain('## Not granted by any of these\n');
  });

  it('tells of each root field all that it needs, by what there is to pick', () => {
    const { operations } = referenceOf(policy);
    expect(
      operations.map(
        ({ needer, coordinate, needs }) =>
          `${needer} ${coordinate}: ${needs.map(({ permission, boundaryTypes }) => `${permission} in ${boundaryTypes.join(' or ')}`).join(' and ')}`,
      ),
    ).toEqual([
      'query Query.box: read_box in shelf',
      'query Query.boxes: read_box in shelf',
      'query Query.lid: read_box in shelf',
      'mutation Mutation.moveBox: move_box in room and move_box in shelf',
      'mutation Mutation.paintBox: paint_box in room or shelf',
      'subscription Subscription.boxMoved: read_box in shelf',
    ]);
    expect(referenceMarkdown(referenceOf(policy))).toContain(
      '| mutation `moveBox` | `move_box` in room, and `move_box` in shelf |\n',
    );
    const permission_groups = [
      { name: 'handle_box', permissions: ['move_box', 'read_box'], boundaries: ['room'] },
    ];
    const permissions = {
      permissions: ['read_box', 'move_box', 'paint_box', 'gild_box', 'read_secret', 'weigh_thing'],
      permission_groups,
    };
    const page = referenceMarkdown(referenceOf(createAmbit({ schema: policy.schema, permissions }).policy));
    expect(page).toContain('| query `box` | `handle_box` in shelf |\n');
    expect(page).toContain('| mutation `paintBox` | `paint_box` in room or shelf |\n');
  });

  it('is the same each time', () => {
    expect(referenceMarkdown(referenceOf(policy))).toBe(referenceMarkdown(referenceOf(policy)));
  });
});
