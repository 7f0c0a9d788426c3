import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { filesOf } from './files.ts';
import type { Proposal, Topic } from './proposal.ts';
import { propose } from './propose.ts';

/** Stores that are told by their ids, though others know them by a short name. */
const STORES = `
  type Query { store(id: ID!): Store item(id: ID!): Item shelf(id: ID!): Shelf user(id: ID!): User drug(id: ID!): Drug node(id: ID!): Node }
  interface Node { id: ID! }
  type Store implements Node { id: ID! slug: String! organization: Organization }
  type Organization { name: String }
  type Item implements Node { id: ID! store: Store }
  type Shelf implements Node { id: ID! store: Store }
  type User implements Node { id: ID! name: String }
  type Drug implements Node { id: ID! name: String }
`;

function proposalOf(sdl: string): Proposal {
  return propose(buildSchema(STORES + sdl));
}

/** `permission kind @argument /group` of each entry. */
function asked({ rules }: Proposal, coordinate: string): string[] {
  const rule = rules.find((one) => one.coordinate === coordinate);
  return (rule?.permissions ?? []).map(({ names, boundaryType, boundaryArgument, group }) =>
    [
      names.join('+'),
      boundaryType,
      ...(boundaryArgument === undefined ? [] : [`@${boundaryArgument}`]),
      ...(group === undefined ? [] : [`/${group}`]),
    ].join(' '),
  );
}

function told({ questions }: Proposal, topic: Topic): (string | undefined)[] {
  return questions.filter((one) => one.topic === topic).map(({ proposed }) => proposed);
}

describe('a place that is named otherwise than its kind is told', () => {
  const MOVE = ['move_item store @id /source', 'create_item instance /target'];
  const CLOSED: readonly (readonly [field: string, entries: readonly string[], argument: string])[] = [
    ['moveItem(id: ID!, targetStoreSlug: String!): Item', MOVE, 'targetStoreSlug'],
    ['moveItem(id: ID!, targetStoreSlug: String): Item', MOVE, 'targetStoreSlug'],
    ['moveItem(id: ID!, into: Into!): Item', MOVE, 'into.storeSlug'],
    ['moveItem(id: ID!, into: [Into!]!): Item', MOVE, 'into.storeSlug'],
    ['moveItem(id: ID!, target: Held!): Item', MOVE, 'target.store.slug'],
    ['moveItem(id: ID!, to: ID!): Item', MOVE, 'to'],
    ['moveItem(id: ID!, targetPath: String!): Item', MOVE, 'targetPath'],
    ['moveItem(id: ID!, targetStore: String!): Item', MOVE, 'targetStore'],
    [
      'copyItem(input: CopyItem!): Item',
      ['copy_item store @input.itemId /source', 'create_item instance /target'],
      'input.into.storeSlug',
    ],
    [
      'editItem(id: ID!, deep: One): Item',
      ['update_item store @id', 'update_item instance /storeSlug'],
      'deep.two.three.storeSlug',
    ],
    [
      'editItem(id: ID!, storeNumber: Int): Item',
      ['update_item store @id', 'update_item instance /storeNumber'],
      'storeNumber',
    ],
    [
      'createItem(storeId: ID!, otherStoreName: String): Item',
      ['create_item store @storeId', 'create_item instance /otherStoreName'],
      'otherStoreName',
    ],
  ];
  const inputs = `
    input Into { storeSlug: String! } input Held { store: Named! } input Named { slug: String! }
    input CopyItem { itemId: ID! into: Into! }
    input One { two: Two } input Two { three: Three } input Three { storeSlug: String again: One }`;
  it.each(CLOSED)('closes %s', (field, wanted, argument) => {
    const proposal = proposalOf(`${inputs} type Mutation { ${field} }`);
    expect(asked(proposal, `Mutation.${field.split('(')[0]}`)).toEqual(wanted);
    expect(told(proposal, 'named otherwise')).toEqual([expect.stringContaining(`\`${argument}\``)]);
  });

  it('says which option would read it', () => {
    const sdl = 'type Mutation { moveItem(id: ID!, targetStoreSlug: String!): Item }';
    expect(told(proposalOf(sdl), 'named otherwise')).toEqual([
      '`targetStoreSlug` names `Store` by `slug`, and `store` is identified by `id`; where no two have the same, `--kind store=Store.slug`',
    ]);
    const [todo] = filesOf(proposalOf(sdl), 'x').filter(({ path }) => path === 'TODO.md');
    expect(todo?.text).toContain('## Places that no rule can tell');
  });

  it('closes what names a thing that is called like a place and is no kind', () => {
    const proposal = propose(
      buildSchema(`
        interface Node { id: ID! }
        type Query { node(id: ID!): Node organization(slug: ID!): Organization }
        type Organization implements Node { id: ID! slug: ID! }
        type School implements Node { id: ID! path: String organization: Organization }
        type Patient implements Node { id: ID! school: School organization: Organization }
        type Mutation {
          transferPatient(input: Transfer!): Patient
          bookAppointment(patientId: ID!, slot: Slot): Patient
        }
        input Transfer { patientId: ID! targetSchoolPath: String! }
        input Slot { schoolPath: String }`),
    );
    expect(proposal.kinds.map(({ name }) => name)).toEqual(['organization']);
    expect(asked(proposal, 'Mutation.transferPatient')).toEqual([
      'transfer_patient organization @input.patientId /source',
      'create_patient instance /target',
    ]);
    expect(asked(proposal, 'Mutation.bookAppointment')).toEqual([
      'book_appointment organization @patientId',
      'book_appointment instance /schoolPath',
    ]);
    expect(told(proposal, 'named otherwise').length).toBe(2);
  });

  it('does not close what gives a new place its name, and lists it', () => {
    const sdl = 'type Mutation { createStore(storeId: ID!, storeName: String!): Store }';
    const proposal = proposalOf(sdl);
    expect(asked(proposal, 'Mutation.createStore')).toEqual(['create_store store @storeId']);
    expect(told(proposal, 'unchecked arguments')).toEqual(['storeName']);
  });

  it('closes root fields of queries too, and lists what they name besides', () => {
    const proposal = proposalOf(`extend type Query {
      stats(storeId: ID!, storeSlug: String): Int
      sums(storeId: ID!, shelfId: ID): Int
    }`);
    expect(asked(proposal, 'Query.stats')).toEqual(['read_stat instance']);
    expect(asked(proposal, 'Query.sums')).toEqual(['read_sum store @storeId']);
    expect(proposal.questions).toContainEqual({
      topic: 'unchecked arguments',
      coordinate: 'Query.sums',
      proposed: 'shelfId',
    });
  });
});

describe('ids of which a rule makes no use', () => {
  it('are all listed', () => {
    const proposal = proposalOf(`
      type Mutation { editItem(id: ID!, parentId: ID, copyFrom: ID, asUserId: ID, with: Deep, title: String): Item }
      input Deep { list: [Deeper!] clientMutationId: ID } input Deeper { reviewer: ID shelfId: ID }`);
    expect(told(proposal, 'unchecked arguments')).toEqual([
      'parentId, copyFrom, asUserId, with.list.reviewer, with.list.shelfId',
    ]);
  });

  it('get a line where they are of what is in no place', () => {
    const proposal = proposalOf('type Mutation { prescribe(itemId: ID!, drugId: ID!): Item }');
    expect(asked(proposal, 'Mutation.prescribe')).toEqual([
      'run_prescribe store @itemId /itemId',
      'run_prescribe instance /drugId',
    ]);
    expect(told(proposal, 'unplaced ids')).toEqual(['`drugId`']);
  });
});
