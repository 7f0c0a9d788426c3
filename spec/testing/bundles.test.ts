import { createAmbit } from 'ambit';
import {
  type GranularAccess,
  granularChecks,
  type MatrixOperation,
  permissionMatrix,
  runChecks,
  type World,
} from 'ambit/testing';
import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';

/** The kit over an engine whose catalogue has bundles with names of their own, and a search over several types. */

const schema = buildSchema(/* GraphQL */ `
  directive @requiresPermissions(permissions: [String!]!, boundaryType: String!, boundary: String, boundaryArgument: String) repeatable on OBJECT | FIELD_DEFINITION
  directive @public on FIELD_DEFINITION
  type Query {
    patient(clinic: ID!): Patient
    search: [Found] @public
  }
  union Found = Patient | Staff
  type Patient @requiresPermissions(permissions: ["read_patient"], boundaryType: "clinic", boundary: "clinic") {
    name: String
    clinic: ID
    prescription: Prescription
  }
  type Prescription @requiresPermissions(permissions: ["read_prescription"], boundaryType: "clinic", boundary: "clinic") {
    drug: String
    clinic: ID
  }
  type Staff @requiresPermissions(permissions: ["read_staff"], boundaryType: "clinic", boundary: "clinic") {
    name: String
    clinic: ID
  }
`);
const raw = ['read_patient', 'read_prescription', 'read_staff', 'read_door'];
const bundle = (name: string, ...permissions: string[]) => ({ name, permissions, boundaries: ['clinic'] });
const treat = bundle('treat_patient', 'read_patient', 'read_prescription');
const desk = bundle('run_front_desk', 'read_door', 'read_patient');
const see = ['read_prescription', 'read_staff'].map((name) => bundle(name, name));
const clinic = { clinic: 'north' };

function open(bundles: readonly ReturnType<typeof bundle>[], isLeaky = false) {
  const ambit = createAmbit({
    schema,
    boundaries: { clinic: {} },
    permissions: {
      permissions: raw.map((name) => ({ name, boundaries: ['clinic'] })),
      assignables: [...bundles],
    },
  });
  const north = { clinic: 'north', name: 'Ada' };
  const patient = { __typename: 'Patient', ...north, prescription: { clinic: 'north', drug: 'rest' } };
  const staff = { __typename: 'Staff', clinic: 'north', name: 'Bob' };
  const rootValue = { patient: () => patient, search: () => [patient, staff] };
  const world: World = {
    execute: ({ grants, ...asked }) =>
      ambit.execute({ ...asked, grants: isLeaky ? { scopes: ['api'] } : grants, rootValue }),
    ambit,
  };
  return { ...world, ambit };
}

const document = '{ patient(clinic: "north") { name } }';
const asked: GranularAccess = {
  open: () => open([desk, ...see]),
  document,
  permissions: ['run_front_desk'],
  boundary: clinic,
};
const WITHOUT = 'without `run_front_desk` it is refused, and told so';

async function outcomeOf(given: GranularAccess, check: string): Promise<string> {
  const found = (await runChecks(granularChecks(given))).find(({ name }) => name === check);
  return `${found?.outcome}: ${found?.sentences.join('\n')}`;
}

it('a bundle is looked up in the catalogue of the engine', async () => {
  expect(await outcomeOf(asked, WITHOUT)).toBe('passed: ');
});

it('a bundle that nobody can look up is told how to be written', async () => {
  const alone = (): World => ({ execute: open([desk, ...see]).execute });
  expect(await outcomeOf({ ...asked, open: alone }, WITHOUT)).toContain(
    "where `run_front_desk` is a bundle, name the raw permission too: { granted: 'run_front_desk', named: 'read_patient' }",
  );
  const permissions = [{ granted: 'run_front_desk', named: 'read_patient' }];
  expect(await outcomeOf({ ...asked, open: alone, permissions }, WITHOUT)).toBe('passed: ');
});

function cellsOf(
  bundles: Parameters<typeof open>[0],
  operations: Record<string, MatrixOperation>,
  isLeaky = false,
) {
  const opened = (): World => open(bundles, isLeaky);
  const cells = permissionMatrix({ ambit: open(bundles).ambit, open: opened, operations });
  return cells.filter(({ field, column }) => field in operations && column === 'without');
}

const treating = {
  'Query.patient': {
    document: '{ patient(clinic: "north") { name prescription { drug } } }',
    places: clinic,
  },
};

it('what is bound to something else in its only bundle is skipped by name', async () => {
  const results = await runChecks(cellsOf([treat, bundle('read_staff', 'read_staff')], treating));
  expect(results.map(({ outcome, sentences }) => `${outcome}: ${sentences.join()}`).sort()).toEqual([
    'not run: `read_patient` cannot be held without `read_prescription`: both are in `treat_patient`',
    'not run: `read_prescription` cannot be held without `read_patient`: both are in `treat_patient`',
  ]);
});

it('what another bundle holds alone is tried', async () => {
  const results = await runChecks(cellsOf([desk, ...see], treating));
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
});

const searching = {
  'Query.search': {
    document: '{ search { ... on Patient { name } ... on Staff { name } } }',
    places: clinic,
    isAbstract: true,
  },
};

it('a search may show members of other types, and none of the withheld one', async () => {
  const results = await runChecks(cellsOf([desk, ...see], searching));
  expect(results.map(({ outcome, sentences }) => `${outcome}: ${sentences.join()}`)).toEqual([
    'passed: ',
    'passed: ',
  ]);
  const leaks = await runChecks(cellsOf([desk, ...see], searching, true));
  expect(leaks.map(({ sentences }) => sentences.join()).sort()).toEqual([
    'expected nothing of Patient to be shown, had {"name":"Ada"}',
    'expected nothing of Staff to be shown, had {"name":"Bob"}',
  ]);
});
