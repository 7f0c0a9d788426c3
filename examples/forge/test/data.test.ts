import { describe, expect, test } from 'vitest';
import { createForge, listCanaries } from '../src/index.ts';

describe('the data', () => {
  const { data } = createForge();

  test('has the promised size', () => {
    const { users, groups, projects, issues, mergeRequests, notes, ciVariables } = data;
    expect(
      [users, groups, projects, issues, mergeRequests, notes, ciVariables].map(({ size }) => size),
    ).toEqual([12, 5, 25, 500, 75, 2000, 75]);
  });

  test('nests groups three levels deep', () => {
    const depths = data.groups.all().map(({ fullPath }) => fullPath.split('/').length);
    expect(Math.max(...depths)).toBe(3);
  });

  test('has projects of every visibility, none more open than its group', () => {
    const openness = ['PRIVATE', 'INTERNAL', 'PUBLIC'];
    const projects = data.projects.all();
    expect(new Set(projects.map(({ visibility }) => visibility))).toEqual(new Set(openness));
    for (const project of projects) {
      const group = data.groups.require(project.groupId);
      expect(openness.indexOf(project.visibility)).toBeLessThanOrEqual(openness.indexOf(group.visibility));
    }
  });

  test('numbers issues within their project without gaps', () => {
    for (const project of data.projects.all()) {
      const iids = data.issues.filter(({ projectId }) => projectId === project.id).map(({ iid }) => iid);
      expect(iids).toEqual(iids.map((_, index) => index + 1));
    }
  });

  test('is the same every time', () => {
    const again = createForge().data;
    expect(again.issues.all()).toEqual(data.issues.all());
    expect(again.notes.all()).toEqual(data.notes.all());
  });

  test('is not shared between two forges', () => {
    const other = createForge().data;
    other.issues.delete(1);
    expect(data.issues.get(1)).toBeDefined();
  });
});

describe('canaries', () => {
  const { data } = createForge();
  const canaries = listCanaries(data);
  const texts = canaries.map(({ text }) => text);

  test('are unique, and none contains another', () => {
    expect(new Set(texts).size).toBe(texts.length);
    const everything = texts.join(' ');
    for (const text of texts) expect(everything.split(text).length - 1, text).toBe(1);
  });

  test('name a place that exists', () => {
    for (const { text, projectPath } of canaries) {
      expect(projectPath === null, text).toBe(text.endsWith('-instance'));
      if (projectPath !== null) expect(data.projectAt(projectPath), text).toBeDefined();
    }
  });

  test('stand in every secret', () => {
    const isPrivate = (projectId: number): boolean =>
      data.projects.require(projectId).visibility === 'PRIVATE';
    const secrets = [
      ...data.users.all().map(({ email }) => email),
      ...data.projects.all().map(({ runnersToken }) => runnersToken),
      ...data.ciVariables.all().map(({ value }) => value),
      ...data.projects.filter(({ id }) => isPrivate(id)).map(({ description }) => description),
      ...data.issues
        .filter((issue) => issue.confidential || isPrivate(issue.projectId))
        .map(({ description }) => description),
      ...data.mergeRequests
        .filter(({ projectId }) => isPrivate(projectId))
        .map(({ description }) => description),
      ...data.notes
        .filter(({ internal, noteable }) => {
          const about = data.noteable(noteable);
          return internal || isPrivate(about.projectId) || (about.kind === 'Issue' && about.confidential);
        })
        .map(({ body }) => body),
    ];
    for (const secret of secrets) expect(secret).toMatch(/canary-/);
    expect(texts).toHaveLength(secrets.length);
  });

  test('are of every kind', () => {
    expect([...new Set(canaries.map(({ permission }) => permission))].sort()).toEqual([
      'read_ci_variable',
      'read_issue',
      'read_merge_request',
      'read_note',
      'read_project',
      'read_runner_token',
      'read_user_email',
    ]);
  });
});
