import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { createAmbit } from '../create.ts';
import { parseRules } from '../rules/rules.ts';
import { schemaFromSdl } from '../schema.ts';
import { filesOf } from './files.ts';
import type { Choices, ProposedRule, Topic } from './proposal.ts';
import { propose } from './propose.ts';

/** A forge in little: groups in groups, projects in them, issues in projects. */
const BASE = `
  interface Node { id: ID! }
  type Query { node(id: ID!): Node project(fullPath: ID!): Project issue(id: ID!): Issue }
  type Group implements Node { id: ID! fullPath: ID parent: Group }
  type Project implements Node { id: ID! fullPath: ID group: Group }
  type Issue implements Node { id: ID! title: String project: Project }
`;

/** `permission kind boundary @argument /group`, one text for each entry. */
function entries(rule: ProposedRule | undefined): string[] | undefined {
  if (rule?.inherits) return ['inherits'];
  if (rule?.public) return ['public'];
  return rule?.permissions?.map(({ names, boundaryType, boundary, boundaryArgument, group }) =>
    [
      names.join('+'),
      boundaryType,
      ...(boundary === undefined ? [] : [boundary]),
      ...(boundaryArgument === undefined ? [] : [`@${boundaryArgument}`]),
      ...(group === undefined ? [] : [`/${group}`]),
    ].join(' '),
  );
}

function proposed(sdl: string, choices: Choices = {}) {
  const proposal = propose(buildSchema(sdl), choices);
  const rules = new Map(proposal.rules.map((rule) => [rule.coordinate, rule]));
  const asked = (topic: Topic): string[] =>
    proposal.questions.filter((one) => one.topic === topic).map(({ coordinate }) => coordinate);
  return { proposal, asked, at: (coordinate: string) => entries(rules.get(coordinate)) };
}

const AT_PROJECT = 'project project { fullPath }';

describe('kinds of boundary', () => {
  it('are what others are in, and nest where paths do', () => {
    const { proposal, asked } = proposed(BASE);
    expect(proposal.kinds).toEqual([
      { name: 'group', type: 'Group', identity: 'fullPath', parent: 'group' },
      { name: 'project', type: 'Project', identity: 'fullPath', parent: 'group' },
    ]);
    expect(asked('nesting')).toEqual(['Group', 'Project']);
  });

  it('are told by what stands before a slash', () => {
    const { proposal, at } = proposed(`
      interface RepositoryOwner { login: String! }
      type Organization implements RepositoryOwner { id: ID! login: String! }
      type User implements RepositoryOwner { id: ID! login: String! }
      type Repository { id: ID! nameWithOwner: String! owner: RepositoryOwner! }
      type Issue { id: ID! repository: Repository! author: User }
      type Query { repository(nameWithOwner: ID!): Repository issue(id: ID!): Issue organization(login: ID!): Organization user: User }
    `);
    expect(proposal.kinds.map(({ name, parent }) => [name, parent])).toEqual([
      ['owner', undefined],
      ['repository', 'owner'],
    ]);
    expect(at('Organization')).toEqual(['read_organization owner login']);
    expect(at('User')).toEqual(['read_user instance']);
  });

  it('are found by their ids where no place has a name, and then do not nest', () => {
    const { proposal, at } = proposed(`
      type Workspace { id: ID! name: String }
      type Task { id: ID! workspace: Workspace }
      type Label { id: ID! workspace: Workspace }
      type Query { workspace(id: ID!): Workspace task(id: ID!): Task label(id: ID!): Label }
      type Mutation { createTask(workspaceId: ID!, title: String): Task }
    `);
    expect(proposal.kinds).toEqual([{ name: 'workspace', type: 'Workspace', identity: 'id' }]);
    expect(at('Task')).toEqual(['read_task workspace workspace { id }']);
    expect(at('Mutation.createTask')).toEqual(['create_task workspace @workspaceId']);
  });

  it('are not taken from what merely has a path', () => {
    const { proposal } = proposed(
      'type File { id: ID! path: String } type Query { file(path: ID!): File other: File }',
    );
    expect(proposal.kinds).toEqual([]);
  });

  const CLINICS = `
    type Clinic { path: ID! name: String } type Patient { id: ID! clinic: Clinic! } type Visit { id: ID! patient: Patient }
    type Room { id: ID! clinic: Clinic! } type Nurse { id: ID! clinic: Clinic }`;

  it('are found by arguments that are called after a type and its name', () => {
    const { proposal, at, asked } = proposed(`${CLINICS}
      type Query { clinic(path: ID!): Clinic patient(id: ID!): Patient room(id: ID!): Room nurse(id: ID!): Nurse }
      type Mutation { createPatient(clinicPath: ID!): Patient }`);
    expect(proposal.kinds).toEqual([{ name: 'clinic', type: 'Clinic', identity: 'path' }]);
    expect(at('Mutation.createPatient')).toEqual(['create_patient clinic @clinicPath']);
    expect(asked('near kinds')).toEqual([]);
  });

  it('are found by what points to them, where nothing is called like a place', () => {
    const query =
      'clinic(path: ID!): Clinic patient(id: ID!): Patient room(id: ID!): Room nurse(id: ID!): Nurse';
    expect(proposed(`${CLINICS} type Query { ${query} }`).proposal.kinds.map(({ name }) => name)).toEqual([
      'clinic',
    ]);
    const other =
      proposed(`${CLINICS} type Query { ${query} project(fullPath: ID!): Project task(id: ID!): Task }
      type Project { fullPath: ID! } type Task { id: ID! project: Project }`);
    expect(other.proposal.kinds.map(({ name }) => name)).toEqual(['project']);
    expect(other.proposal.questions).toContainEqual({
      topic: 'near kinds',
      coordinate: 'Clinic',
      proposed: '`Clinic.path` looks like a place: `--kind clinic=Clinic.path`',
    });
  });

  it('can be said, whatever was found', () => {
    const said = [{ name: 'ward', type: 'Room', identity: 'id' }];
    const { proposal, at } = proposed(
      `${CLINICS} type Query { room(id: ID!): Room bed(id: ID!): Bed } type Bed { id: ID! room: Room }
      type Mutation { makeBed(wardId: ID!): Bed }`,
      { said },
    );
    expect(proposal.kinds).toEqual(said);
    expect(at('Bed')).toEqual(['read_bed ward room { id }']);
    expect(at('Mutation.makeBed')).toEqual(['make_bed ward @wardId']);
  });

  it('can be chosen: what lay in one of the others then asks for a grant without a place', () => {
    const { proposal, at } = proposed(BASE, { kinds: ['group'] });
    expect(proposal.kinds.map(({ name }) => name)).toEqual(['group']);
    expect(at('Issue')).toEqual(['read_issue group project { group { fullPath } }']);
    expect(proposed(BASE, { kinds: [] }).at('Issue')).toEqual(['read_issue instance']);
  });
});

describe('object types', () => {
  const TYPES: readonly (readonly [
    name: string,
    sdl: string,
    coordinate: string,
    entries: string[] | undefined,
  ])[] = [
    ['the place itself', '', 'Project', ['read_project project fullPath']],
    ['the shortest path', '', 'Issue', [`read_issue ${AT_PROJECT}`]],
    [
      'a deeper path, through what it belongs to',
      'type Comment implements Node { id: ID! issue: Issue }',
      'Comment',
      ['read_comment project issue { project { fullPath } }'],
    ],
    [
      'no path through a list',
      'type Board implements Node { id: ID! projects: [Project] }',
      'Board',
      ['read_board instance'],
    ],
    [
      'no path through a required argument',
      'type Board implements Node { id: ID! project(at: Int!): Project }',
      'Board',
      ['read_board instance'],
    ],
    [
      'no path to a place that is only mentioned',
      'type Change implements Node { id: ID! targetProject: Project }',
      'Change',
      ['read_change instance'],
    ],
    [
      'no path through a person',
      'type User implements Node { id: ID! project: Project } type Key implements Node { id: ID! user: User }',
      'Key',
      ['read_key instance'],
    ],
    [
      'the narrower of two places',
      'type Label implements Node { id: ID! group: Group! project: Project }',
      'Label',
      [`read_label ${AT_PROJECT}`],
    ],
    [
      'no kind of place in the name',
      'type ProjectMember implements Node { id: ID! project: Project }',
      'ProjectMember',
      [`read_member ${AT_PROJECT}`],
    ],
    [
      "a person's own",
      'type Key implements Node { id: ID! owner: User } type User implements Node { id: ID! username: String }',
      'Key',
      ['read_key user owner { username }'],
    ],
    [
      'what merely has to do with a person',
      'type Key implements Node { id: ID! user: User } type User implements Node { id: ID! username: String }',
      'Key',
      ['read_key instance'],
    ],
    [
      'what has no identity',
      'extend type Issue { price: Money } type Money { amount: Int }',
      'Money',
      ['inherits'],
    ],
    [
      'a connection, which inherits by itself',
      'extend type Project { issues: IssueConnection } type IssueConnection { nodes: [Issue] }',
      'IssueConnection',
      undefined,
    ],
    [
      'what a mutation returns under another name than a payload',
      'type Mutation { ping: Pong } type Pong { ok: Boolean }',
      'Pong',
      ['inherits'],
    ],
  ];
  it.each(TYPES)('%s', (_, sdl, coordinate, wanted) => {
    expect(proposed(BASE + sdl).at(coordinate)).toEqual(wanted);
  });

  it('says where it went by less than the whole truth', () => {
    const { proposal } = proposed(`${BASE}type Change implements Node { id: ID! targetProject: Project }`);
    expect(proposal.questions).toContainEqual({
      topic: 'unplaced types',
      coordinate: 'Change',
      proposed: '`targetProject { fullPath }`',
    });
  });
});

describe('fields', () => {
  const FIELDS: readonly (readonly [field: string, entries: string[] | undefined])[] = [
    ['runnersToken: String', ['read_issue_runner_token project project { fullPath }']],
    ['apiKeys: [String!]', ['read_issue_api_key project project { fullPath }']],
    ['authorEmail: String', ['read_issue_author_email project project { fullPath }']],
    ['hasPassword: Boolean', undefined],
    ['tokenCount: Int', undefined],
    ['passwordHash: String', ['read_issue_password_hash project project { fullPath }']],
    ['nextPageToken: String', undefined],
    ['tokenExpiresAt: String', undefined],
    ['tokenKind: String', undefined],
    ...(
      [
        ['privateKey: String', 'private_key'],
        ['privateKeyPem: String', 'private_key_pem'],
        ['ssn: Int', 'ssn'],
        ['socialSecurityNumber: String', 'social_security_number'],
        ['policyNumber: ID', 'policy_number'],
        ['vatNumber: String', 'vat_number'],
        ['taxId: ID', 'tax_id'],
        ['iban: String', 'iban'],
        ['passportCountry: String', 'passport_country'],
        ['accountNumber: Int', 'account_number'],
      ] as const
    ).map(([field, word]): [string, string[]] => [
      field,
      [`read_issue_${word} project project { fullPath }`],
    ]),
  ];
  it.each(FIELDS)('%s', (field, wanted) => {
    const name = field.split(':')[0] ?? '';
    expect(proposed(`${BASE}extend type Issue { ${field} }`).at(`Issue.${name}`)).toEqual(wanted);
  });

  it('asks for a count what reading the counted asks for', () => {
    const { at } = proposed(`${BASE}extend type Project { openIssuesCount: Int stars: Int }`);
    expect(at('Project.openIssuesCount')).toEqual(['read_issue project fullPath']);
    expect(at('Project.stars')).toBeUndefined();
  });

  it('asks for a grant without a place where the type inherits', () => {
    const { at } = proposed(`${BASE}extend type Issue { author: Author } type Author { email: String }`);
    expect(at('Author')).toEqual(['inherits']);
    expect(at('Author.email')).toEqual(['read_author_email instance']);
  });

  it('finds secrets on connections, which inherit by themselves', () => {
    const { at, asked } = proposed(`${BASE}extend type Project { issues: IssueConnection }
      type IssueConnection { nodes: [Issue] totalCount: Int secretKey: String }`);
    expect(at('IssueConnection')).toBeUndefined();
    expect(at('IssueConnection.secretKey')).toEqual(['read_issue_connection_secret_key instance']);
    expect(asked('sensitive')).toEqual(['IssueConnection.secretKey']);
  });

  it('leaves alone what a person has said is harmless', () => {
    const sdl = `${BASE}extend type Issue { replyEmail: String }`;
    expect(proposed(sdl, { harmless: ['Issue.replyEmail'] }).at('Issue.replyEmail')).toBeUndefined();
  });
});

describe('mutations', () => {
  const MUTATIONS: readonly (readonly [field: string, entries: string[]])[] = [
    ['createIssue(projectPath: ID!): Issue', ['create_issue project @projectPath']],
    ['issueCreate(projectPath: ID!): Issue', ['create_issue project @projectPath']],
    ['addIssue(projectId: ID!): Issue', ['create_issue project fullPath @projectId']],
    ['editIssue(id: ID!): Issue', [`update_issue ${AT_PROJECT} @id`]],
    ['setIssueTitle(issueId: ID!): Issue', [`update_issue_title ${AT_PROJECT} @issueId`]],
    ['issueSetTitle(issueId: ID!): Issue', [`update_issue_title ${AT_PROJECT} @issueId`]],
    ['destroyIssue(id: ID!): Boolean', [`delete_issue ${AT_PROJECT} @id`]],
    ['removeIssues(ids: [ID!]!): Boolean', [`delete_issue ${AT_PROJECT} @ids`]],
    ['archiveProject(fullPath: ID!): Project', ['archive_project project @fullPath']],
    ['createProject(groupPath: ID!): Project', ['create_project group @groupPath']],
    ['addLabelToIssue(issueId: ID!, name: String): Issue', [`create_issue_label ${AT_PROJECT} @issueId`]],
    [
      'moveIssue(id: ID!, targetProjectPath: ID!): Issue',
      [`move_issue ${AT_PROJECT} @id /source`, 'create_issue project @targetProjectPath /target'],
    ],
    [
      'transferIssue(issueId: ID!, projectPath: ID!): Issue',
      [`transfer_issue ${AT_PROJECT} @issueId /source`, 'create_issue project @projectPath /target'],
    ],
    [
      'moveIssue(id: ID!, shelfId: ID!): Issue',
      [`move_issue ${AT_PROJECT} @id /source`, 'create_issue instance /target'],
    ],
    [
      'moveIssue(id: ID!, targetProjectPath: ID): Issue',
      [`move_issue ${AT_PROJECT} @id /source`, 'create_issue project @targetProjectPath /target'],
    ],
    [
      'moveIssue(id: ID!, targetShelfId: ID): Issue',
      [`move_issue ${AT_PROJECT} @id /source`, 'create_issue instance /target'],
    ],
    ['moveIssue(id: ID!, position: Int): Issue', [`move_issue ${AT_PROJECT} @id`]],
    [
      'copyProject(sourceProjectPath: ID!, name: String): Project',
      ['copy_project project @sourceProjectPath /source', 'create_project instance /target'],
    ],
    [
      'linkIssues(issueId: ID!, otherIssueId: ID!): Issue',
      [`link_issue ${AT_PROJECT} @issueId /issueId`, `link_issue ${AT_PROJECT} @otherIssueId /otherIssueId`],
    ],
    ['createIssue(projectPath: ID): Issue', ['create_issue project @projectPath']],
    [
      'createIssue(projectPath: ID, groupPath: ID): Issue',
      ['create_issue project @projectPath', 'create_issue group @groupPath'],
    ],
    ['createGroup(parentPath: ID!): Group', ['create_group group @parentPath']],
    ['updatePreferences(theme: String): Preferences', ['update_preferences instance']],
    ['updatePreferences(username: String!): Preferences', ['update_preferences user @username']],
    ['destroyKey(id: ID!): Key', ['delete_key user owner { username } @id']],
    ['createIssue(projectPath: ID, ownerId: ID): Issue', ['create_issue instance']],
    ['closeThread(threadId: ID!): Boolean', [`close_thread ${AT_PROJECT} @threadId`]],
    ['frobIssue(id: ID!): Issue', [`frob_issue ${AT_PROJECT} @id`]],
    ['restart: Boolean', ['run_restart instance']],
    ['getIssueAccess(issueId: ID!): Issue', [`use_issue_access ${AT_PROJECT} @issueId`]],
    ['updateUser(id: ID!): User', ['update_user instance']],
  ];
  it.each(MUTATIONS)('%s', (field, wanted) => {
    const sdl = `${BASE}type User implements Node { id: ID! username: String }
      type Key implements Node { id: ID! owner: User }
      type Preferences { theme: String owner: User } extend type Query { preferences: Preferences }
      type Mutation { ${field} }`;
    expect(proposed(sdl).at(`Mutation.${field.split(/[(:]/)[0]}`)).toEqual(wanted);
  });

  it('asks at each place that is given, where one of two may be', () => {
    const { at, proposal } = proposed(
      `${BASE}type Mutation { createIssue(projectPath: ID, input: NewIssue): Issue } input NewIssue { groupPath: ID }`,
    );
    expect(at('Mutation.createIssue')?.length).toBe(2);
    expect(at('Mutation.createIssue(projectPath:)')).toEqual(['create_issue project @projectPath']);
    expect(at('NewIssue.groupPath')).toEqual(['create_issue group @input.groupPath']);
    const [rules] = filesOf(proposal, 'x').filter(({ path }) => path === 'rules.yml');
    expect(parseRules(rules?.text ?? '').rules.map(({ coordinate }) => coordinate)).toContain(
      'Mutation.createIssue(projectPath:)',
    );
  });

  it('looks into input objects, and at what the caller has to give there', () => {
    const sdl = `${BASE}
      type Mutation { createIssue(input: CreateInput!): Issue updateIssue(input: UpdateInput): Issue }
      input CreateInput { clientMutationId: ID where: Where! milestoneId: ID }
      input Where { projectPath: ID! }
      input UpdateInput { id: ID! title: String }`;
    const { at, asked } = proposed(sdl);
    expect(at('Mutation.createIssue')).toEqual(['create_issue project @input.where.projectPath']);
    expect(at('Mutation.updateIssue')).toEqual([`update_issue ${AT_PROJECT} @input.id`]);
    expect(asked('unchecked arguments')).toEqual(['Mutation.createIssue']);
    expect(asked('optional place')).toEqual(['Mutation.updateIssue']);
  });

  it('does not look up ids where the schema has no `node`', () => {
    const { at, asked } = proposed(
      `${BASE.replace('node(id: ID!): Node ', '')} type Mutation { updateIssue(id: ID!): Issue }`,
    );
    expect(at('Mutation.updateIssue')).toEqual(['update_issue instance']);
    expect(asked('unplaced mutations')).toEqual(['Mutation.updateIssue']);
  });
});

describe('inputs', () => {
  const sdl = `${BASE}
    type Mutation { createIssue(input: NewIssue!): Issue updateIssue(input: EditIssue!): Issue closeIssue(id: ID!): Issue }
    input NewIssue { projectPath: ID! confidential: Boolean }
    input EditIssue { id: ID! confidential: Boolean event: IssueEvent state: IssueState }
    enum IssueEvent { CLOSE DELETE }
    enum IssueState { OPEN DELETE }
    extend type Issue { state: IssueState }`;

  it('weighs what decides more than its mutation, at the place of the mutation', () => {
    const { at } = proposed(sdl);
    expect(at('EditIssue.confidential')).toEqual([`update_issue_confidentiality ${AT_PROJECT} @input.id`]);
    expect(at('IssueEvent.DELETE')).toEqual([`delete_issue ${AT_PROJECT} @input.id`]);
  });

  it('leaves alone what sets up a thing, small steps, and values that are read', () => {
    const { at } = proposed(sdl);
    for (const coordinate of ['NewIssue.confidential', 'IssueEvent.CLOSE', 'IssueState.DELETE'])
      expect(at(coordinate)).toBeUndefined();
  });

  it('asks for a grant without a place where mutations of different kinds share the input', () => {
    const shared = `${BASE}
      type Mutation { updateIssue(id: ID!, input: Shared): Issue updateGroup(fullPath: ID!, input: Shared): Group }
      input Shared { visibility: String }`;
    expect(proposed(shared).at('Shared.visibility')).toEqual(['update_issue_visibility instance']);
  });
});

describe('root fields', () => {
  const ROOTS: readonly (readonly [sdl: string, entries: string[] | undefined])[] = [
    ['Query { other2: Node }', ['read_othertwo instance']],
    ['Query { nodes(ids: [ID!]!): [Node] }', ['public']],
    [
      'Query { nodes: [Stat] } type Stat { load: Int } extend type Issue { stat: Stat }',
      ['read_node instance'],
    ],
    ['Query { search(text: String): [Hit] } union Hit = Issue | Project', ['read_search instance']],
    ['Query { version: String }', ['public']],
    ['Query { motd: String }', ['read_motd instance']],
    ['Query { issues: [Issue] }', undefined],
    [
      'Query { issuesOf(projectPath: ID!): Page } type Page { items: [Issue] } extend type Project { page: Page }',
      ['read_issue project @projectPath'],
    ],
    ['Query { self: Query }', ['public']],
    [
      'Query { mine(username: ID): Mine } type Mine { theme: String owner: User } type User { id: ID! mine: Mine }',
      ['read_mine instance'],
    ],
    ['Query { _service: Service } type Service { id: ID! sdl: String }', ['read_service instance']],
  ];
  it.each(ROOTS)('extend type %s', (sdl, wanted) => {
    const field = /\{ (\w+)/.exec(sdl)?.[1] ?? '';
    expect(proposed(`${BASE}extend type ${sdl}`).at(`Query.${field}`)).toEqual(wanted);
  });

  it('reads what events hold: by an argument, or where the object is', () => {
    const { at } = proposed(`${BASE}type Subscription {
      byPath(projectPath: ID!): Issue issueChanged: Issue event: Event ticks: Int
    }
    type Event { issue: Issue }`);
    expect(at('Subscription.byPath')).toEqual(['read_issue project @projectPath']);
    expect(at('Subscription.issueChanged')).toEqual([`read_issue ${AT_PROJECT}`]);
    expect(at('Subscription.event')).toEqual(['read_issue project issue { project { fullPath } }']);
    expect(at('Subscription.ticks')).toEqual(['read_tick instance']);
  });
});

describe('a proposal', () => {
  const sdl = `${BASE}type Mutation { moveIssue(id: ID!, targetProjectPath: ID!): Issue }`;

  it('is the same each time, also for introspection', () => {
    expect(propose(buildSchema(sdl))).toEqual(propose(buildSchema(sdl)));
    expect(filesOf(propose(buildSchema(sdl)), 'x')).toEqual(filesOf(propose(schemaFromSdl(sdl).schema), 'x'));
  });

  it('bundles each permission once, where it is asked for and above', () => {
    const { permissions, bundles } = propose(buildSchema(sdl));
    expect(permissions.map(({ name }) => name)).toEqual([
      'create_issue',
      'move_issue',
      'read_group',
      'read_issue',
      'read_project',
    ]);
    expect(bundles.find(({ name }) => name === 'move_issue')).toMatchObject({
      category: 'project',
      permissions: ['move_issue'],
      boundaries: ['project', 'group'],
    });
  });

  it('leaves nothing open: what it wrote is checked without an error', () => {
    const files = new Map(filesOf(propose(buildSchema(sdl)), 'x').map(({ path, text }) => [path, text]));
    const ambit = createAmbit({ schema: buildSchema(sdl), rules: files.get('rules.yml') });
    expect(check(ambit.policy, []).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(ambit.check().coverage).toEqual({ covered: 7, total: 7 });
  });

  it('adds to rules that the schema has, and repeats none', () => {
    const marked = schemaFromSdl(
      sdl.replace(
        'type Issue implements Node',
        'type Issue implements Node @requiresPermissions(permissions: ["see_issue"], boundaryType: "project", boundary: "project { fullPath }")',
      ),
    ).schema;
    const proposal = propose(marked);
    expect(proposal.rules.some(({ coordinate }) => coordinate === 'Issue')).toBe(false);
    expect(proposal.permissions.map(({ name }) => name)).toContain('see_issue');
  });

  it('asks nothing about what the schema says itself', () => {
    const { schema } = schemaFromSdl(`${BASE}type Mutation { restart: Boolean @public reload: Boolean }`);
    const topics = propose(schema).questions.filter(({ topic }) => topic === 'unplaced mutations');
    expect(topics.map(({ coordinate }) => coordinate)).toEqual(['Mutation.reload']);
  });

  it('proposes no rules for a schema that was annotated for a router', () => {
    const { schema } = schemaFromSdl(
      'type Query { a: String @requiresScopes(scopes: [["a"]]) b: String @authenticated }',
    );
    expect(propose(schema)).toMatchObject({
      annotated: ['@requiresScopes', '@authenticated'],
      rules: [],
      permissions: [],
    });
  });

  it('says once that there is no place, and then nothing of each thing that is in none', () => {
    const { asked, proposal } = proposed(
      'type Query { note(id: ID!): Note } type Note { id: ID! text: String }',
    );
    expect(asked('kinds')).toEqual(['Query']);
    expect(proposal.questions.length).toBe(1);
  });
});
