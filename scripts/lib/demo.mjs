/**
 * The demonstration as data: two tokens, four requests, and how they are written for a shell.
 * `npm start` prints these with fresh tokens; the README has the same text with `$NOTE_TOKEN` and `$READ_TOKEN`.
 * No query holds a single quote, because each body stands between two of them.
 */

export const tokens = [
  {
    variable: 'NOTE_TOKEN',
    about: 'may add notes, in every project of alice, and nothing else',
    create: ['--name', 'demo: add notes', '--subject', 'alice', '--scope', 'api:graphql:mutate:createNote'],
  },
  {
    variable: 'READ_TOKEN',
    about: 'may read issues of the project acme/web, and nothing else',
    create: [
      ...['--name', 'demo: read issues of acme/web', '--subject', 'alice'],
      ...['--permission', 'read_issue', '--boundary', 'project=acme/web'],
    ],
  },
];

/** How long a demonstration token lasts. */
export const lifetime = '24h';

export const requests = [
  {
    id: 'add-note',
    title: 'Add a note to an issue',
    token: 'NOTE_TOKEN',
    query:
      'mutation { createNote(input: { projectPath: "acme/web", issueIid: "1", body: "Hello from a narrow token" }) { noteId errors } }',
    expect: 'The id of the new note, and no errors.',
  },
  {
    id: 'delete-project',
    title: 'Ask the same token to delete the project',
    token: 'NOTE_TOKEN',
    query: 'mutation { deleteProject(input: { fullPath: "acme/web" }) { projectId errors } }',
    expect: 'Refused: the answer names the missing permission, delete_project, and nothing has happened.',
  },
  {
    id: 'read-issues',
    title: 'List issues of two projects',
    token: 'READ_TOKEN',
    query:
      '{ web: project(fullPath: "acme/web") { issues(first: 3) { nodes { title } } } vault: project(fullPath: "acme/vault") { issues(first: 3) { nodes { title } } } }',
    expect: 'Titles from acme/web. The private project acme/vault is null, as if it did not exist.',
  },
  {
    id: 'introspect',
    title: 'Ask which schema the reading token sees',
    token: 'READ_TOKEN',
    query:
      '{ __schema { mutationType { name } } issue: __type(name: "Issue") { fields { name } } ciVariable: __type(name: "CiVariable") { fields { name } } user: __type(name: "User") { name } }',
    expect:
      'Fields of Issue; of CiVariable only the way on to its project, no value; no users, and no mutations at all.',
  },
];

const body = (query) => JSON.stringify({ query });

/** One request for a POSIX shell. `token` is a secret, or a variable as `$NOTE_TOKEN`. */
export function curl({ query }, { url, token }) {
  return [
    `curl -s ${url} \\`,
    `  -H "Authorization: Bearer ${token}" \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${body(query)}'`,
  ].join('\n');
}

/** One request for PowerShell, old or new; a refusal is an exception there, whose details are the answer. */
export function powershell({ query }, { url, token }) {
  const send = `Invoke-RestMethod ${url} -Method Post -ContentType 'application/json'`;
  const headers = `-Headers @{ Authorization = "Bearer ${token}" } -Body '${body(query)}'`;
  return `try { ${send} ${headers} | ConvertTo-Json -Depth 20 } catch { $_.ErrorDetails.Message }`;
}

/** The line that sets what the README's commands use; `made` has the tokens by variable. */
export const setVariables = {
  curl: (made) =>
    Object.entries(made)
      .map(([name, token]) => `${name}=${token}`)
      .join(' '),
  powershell: (made) =>
    Object.entries(made)
      .map(([name, token]) => `$${name} = '${token}'`)
      .join('; '),
};
