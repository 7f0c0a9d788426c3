import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopChildren } from './children.mjs';
import { curl, powershell, requests } from './demo.mjs';
import { makeTokens, startDemonstration } from './demonstration.mjs';
import { freePort } from './ports.mjs';
import { root } from './root.mjs';
import { screen } from './screen.mjs';

/** The README's commands are those of the last screen, and they answer what is promised beside them. */

const inReadme = (request) =>
  curl(request, { url: 'http://localhost:4000/graphql', token: `$${request.token}` });

describe('the README', () => {
  it.each(requests)('has the command for: $title', (request) => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(inReadme(request));
  });
});

describe('a command', () => {
  it.each(requests)('can stand in single quotes: $title', ({ query }) => {
    expect(query).not.toContain("'");
  });

  it('has its token and its body in PowerShell as well', () => {
    const text = powershell(requests[0], { url: 'http://localhost:4000/graphql', token: 'ambp_x' });
    expect(text).toContain('"Bearer ambp_x"');
    expect(text).toContain(`-Body '${JSON.stringify({ query: requests[0].query })}'`);
  });
});

describe.skipIf(process.platform === 'win32')('the demonstration', () => {
  const data = mkdtempSync(join(tmpdir(), 'ambit-demo-'));
  let running;
  let made;

  beforeAll(async () => {
    running = await startDemonstration({ port: await freePort(4000), data, forge: 4301 });
    made = await makeTokens(running);
  }, 120_000);

  afterAll(async () => {
    await stopChildren();
    rmSync(data, { recursive: true, force: true });
  });

  it('prints every command as it is pasted', () => {
    const text = screen(running, made);
    for (const request of requests) {
      expect(text).toContain(curl(request, { url: running.url, token: made[request.token] }));
    }
  });

  it('says where somebody signs in for the first time, and where the password is, but not the password', async () => {
    const text = screen(running, made);
    const told = (file) => relative(root, join(data, file));
    const page = new URL('/sign-in', running.url).href;
    expect(text).toContain(`${page}  sign in as admin, with the password in ${told('admin.password')}`);
    expect(text).not.toContain(readFileSync(join(data, 'admin.password'), 'utf8').trim());
    expect(await (await fetch(page)).text()).toContain('<h1>Sign in</h1>');
    expect(text).toContain(told('admin.token'));
    const later = screen({ ...running, data: join(data, 'changed') }, made);
    expect(later).not.toContain('password');
  });

  it('adds a note with a token for that alone', async () => {
    const { data: answer, errors } = await paste('add-note');
    expect(errors).toBeUndefined();
    expect(answer.createNote).toEqual({ noteId: expect.stringContaining('Note'), errors: [] });
  });

  it('refuses to delete a project, says which permission is missing, and leaves the project alone', async () => {
    const { errors } = await paste('delete-project');
    expect(JSON.stringify(errors)).toContain('delete_project');
    const { data: answer } = await paste('read-issues');
    expect(answer.web.issues.nodes.length).toBeGreaterThan(0);
  });

  it('lists issues of one project beside another that looks as if it did not exist', async () => {
    const { data: answer, errors } = await paste('read-issues');
    expect(errors).toBeUndefined();
    expect(answer.web.issues.nodes).toEqual(Array(3).fill({ title: expect.any(String) }));
    expect(answer.vault).toBeNull();
  });

  it('shows in introspection what the token may see and nothing else', async () => {
    const { data: answer, errors } = await paste('introspect');
    expect(errors).toBeUndefined();
    expect(answer.__schema.mutationType).toBeNull();
    expect(answer.issue.fields).toContainEqual({ name: 'title' });
    expect(answer.ciVariable.fields).toEqual([{ name: 'project' }]);
    expect(answer.user).toBeNull();
  });

  /** Runs the README's command in a shell, with its variables set, against this demonstration. */
  async function paste(id) {
    const command = inReadme(requests.find((request) => request.id === id));
    const here = command.replace('http://localhost:4000/graphql', running.url);
    const { stdout } = await promisify(execFile)('sh', ['-c', here], { env: { ...process.env, ...made } });
    return JSON.parse(stdout);
  }
});
