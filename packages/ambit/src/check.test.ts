import { describe, expect, it } from 'vitest';
import type { Finding, Report } from './check.ts';
import { type AmbitOptions, createAmbit } from './create.ts';

const BOXES = `
  type Query {
    box(id: ID!): Box
    boxes: BoxConnection
    hello: String @public
  }
  type Mutation {
    openBox(id: ID!): OpenBoxPayload @requiresPermissions(permissions: ["open_box"], boundaryType: "shelf", boundaryArgument: "id")
  }
  type Box @requiresPermissions(permissions: ["read_box"], boundaryType: "shelf", boundary: "shelf") {
    id: ID
    shelf: ID
    content: Content
  }
  type Content @inherits { weight: Int }
  type BoxConnection { nodes: [Box] totalCount: Int }
  type OpenBoxPayload { box: Box }
`;

function report(schema: string, options: Omit<AmbitOptions, 'schema'> = {}): Report {
  return createAmbit({ schema, ...options }).check();
}

function codes({ findings }: Report): string[] {
  return findings.map(({ code, coordinate }) => `${code} ${coordinate}`);
}

function only({ findings }: Report, code: string): Finding {
  const found = findings.filter((one) => one.code === code);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('coverage', () => {
  it('is complete where rules, inheritance and what a field returns speak for everything', () => {
    const { findings, coverage } = report(BOXES);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(coverage).toEqual({ covered: 8, total: 8 });
  });

  it('names a type without a rule, where it is defined, and what it left uncovered', () => {
    const found = report(BOXES.replace(/type Box @requires.*\{/, 'type Box {'));
    expect(codes(found)).toEqual([
      'UNCOVERED_FIELD Query.box',
      'UNCOVERED_FIELD Query.boxes',
      'UNCOVERED_TYPE Box',
      'UNCOVERED_PATH Content',
    ]);
    expect(only(found, 'UNCOVERED_TYPE')).toMatchObject({ severity: 'error', line: 10 });
    expect(found.coverage).toEqual({ covered: 4, total: 8 });
  });

  it('asks every mutation for a rule of its own, whatever it returns', () => {
    const found = report(
      BOXES.replace(/openBox(.*)OpenBoxPayload @.*/, 'openBox$1OpenBoxPayload\n peek: Box'),
    );
    expect(codes(found).filter((code) => code.startsWith('UNCOVERED'))).toEqual([
      'UNCOVERED_FIELD Mutation.openBox',
      'UNCOVERED_FIELD Mutation.peek',
      'UNCOVERED_PATH OpenBoxPayload',
    ]);
  });

  it('asks a root field that returns an interface or a leaf for a rule of its own', () => {
    const found = report(
      BOXES.replace('hello: String @public', 'hello: String thing: Thing').replace(
        'type Box @',
        'interface Thing { id: ID } type Box implements Thing @',
      ),
    );
    expect(codes(found).filter((code) => code.startsWith('UNCOVERED'))).toEqual([
      'UNCOVERED_FIELD Query.hello',
      'UNCOVERED_FIELD Query.thing',
    ]);
  });

  it('says through which path an inheriting type has nothing to inherit from', () => {
    const found = report(BOXES.replace('hello: String', 'hello: String secret: Content content: Content'));
    expect(only(found, 'UNCOVERED_PATH')).toMatchObject({ coordinate: 'Content' });
    expect(only(found, 'UNCOVERED_PATH').message).toContain('`Query.secret`');
  });

  it('leaves out what nothing reaches', () => {
    expect(report(`${BOXES} type Loose { id: ID }`).coverage).toEqual({ covered: 8, total: 8 });
  });

  it('finds nothing where the rest is denied on purpose, or open on purpose', () => {
    const bare = 'type Query { box: Box } type Box { id: ID }';
    expect(report(bare).coverage).toEqual({ covered: 0, total: 2 });
    expect(report(bare, { rules: { version: 1, rest: 'deny', rules: {} } })).toEqual({
      findings: [],
      coverage: { covered: 2, total: 2 },
    });
    expect(report(bare, { coverage: 'open' })).toEqual({ findings: [], coverage: { covered: 2, total: 2 } });
  });
});

describe('advice', () => {
  it('warns of a list whose own fields have no boundary', () => {
    expect(only(report(BOXES), 'UNBOUND_LIST')).toMatchObject({
      severity: 'warning',
      coordinate: 'Query.boxes',
    });
  });

  it('warns of a non-null field that can be denied, and not of one that its type guards', () => {
    const found = report(
      BOXES.replace('shelf: ID\n', 'shelf: ID! code: Int! @requiresScopes(scopes: [["codes"]])\n'),
    );
    expect(only(found, 'NON_NULL_DENIABLE')).toMatchObject({ severity: 'warning', coordinate: 'Box.code' });
  });

  it('warns of the boundary `user` without a path to the owner', () => {
    const found = report(
      'type Query { me: Me } type Me @requiresPermissions(permissions: ["read_me"], boundaryType: "user") { id: ID }',
    );
    expect(only(found, 'USER_UNTIED')).toMatchObject({ severity: 'warning', coordinate: 'Me' });
  });

  it('passes on what was odd about the schema', () => {
    const found = report('type Query { a: Int @public a: Int @public }');
    expect(only(found, 'SCHEMA_ODDITY')).toMatchObject({ severity: 'warning', coordinate: 'Query.a' });
  });
});

describe('catalogue', () => {
  const bundles = [
    { name: 'read_box', permissions: ['read_box'], boundaries: ['shelf'] },
    { name: 'open_box', permissions: ['open_box'], boundaries: ['shelf'] },
  ];

  it('fits the rules', () => {
    const permissions = { permissions: ['read_box', 'open_box'], permission_groups: bundles };
    expect(codes(report(BOXES, { permissions }))).toEqual(['UNBOUND_LIST Query.boxes']);
  });

  it('says which permission no rule asks for, and where the rule may have stood', () => {
    const permissions = { permissions: ['read_box', 'open_box', 'read_box_content', 'paint_sky'] };
    const found = report(BOXES, { permissions }).findings.filter(({ code }) => code === 'UNUSED_PERMISSION');
    expect(found.map(({ coordinate, severity }) => `${severity} ${coordinate}`)).toEqual([
      'warning read_box_content',
      'warning paint_sky',
    ]);
    expect(found[0]!.fix).toContain('at `Box.content`?');
    expect(found[1]!.fix).not.toContain('at `');
  });

  it('fails where nobody can be granted what a rule asks for', () => {
    const narrow = {
      permissions: ['read_box', 'open_box'],
      permission_groups: [bundles[0], { ...bundles[1], boundaries: ['instance'] }],
    };
    expect(only(report(BOXES, { permissions: narrow }), 'UNGRANTABLE')).toMatchObject({
      severity: 'error',
      coordinate: 'Mutation.openBox',
    });
    const none = { permissions: ['read_box', 'open_box'], permission_groups: [bundles[0]] };
    expect(only(report(BOXES, { permissions: none }), 'UNGRANTABLE').message).toContain(
      'no assignable permission bundles',
    );
  });

  it('counts a boundary above as one in which it can be granted', () => {
    const boundaries = { shelf: { parent: 'room' }, room: {} };
    const permissions = {
      permissions: ['read_box', 'open_box'],
      permission_groups: [bundles[0], { ...bundles[1], boundaries: ['room'] }],
    };
    expect(codes(report(BOXES, { permissions, boundaries }))).toEqual(['UNBOUND_LIST Query.boxes']);
  });
});
