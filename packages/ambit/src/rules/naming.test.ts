import { describe, expect, it } from 'vitest';
import { betterVerb, boundaryWord, isPermissionName, partsOf } from './naming.ts';

describe('names of permissions', () => {
  it.each([
    ['read_issue', true],
    ['read_merge_request', true],
    ['read', false],
    ['read_', false],
    ['_read_issue', false],
    ['read__issue', false],
    ['Read_issue', false],
    ['read_issue2', false],
    ['read_issue\n', false],
    ['', false],
  ])('%j: %s', (name, wanted) => {
    expect(isPermissionName(name)).toBe(wanted);
  });

  it.each([
    ['set', { verb: 'update' }],
    ['remove', { verb: 'delete' }],
    ['add', { verb: 'create' }],
    ['list', { verb: 'read' }],
    ['manage', { verbs: ['create', 'update', 'delete'] }],
    ['write', { verbs: ['create', 'update', 'delete'] }],
    ['move', undefined],
    ['read', undefined],
    ['constructor', undefined],
  ])('instead of %s: %j', (action, wanted) => {
    expect(betterVerb(action)).toEqual(wanted);
  });

  it('takes names apart, by the first word or as told', () => {
    expect(partsOf('move_issue')).toEqual({ action: 'move', resource: 'issue' });
    expect(partsOf('force_delete_issue', 'force_delete')).toEqual({
      action: 'force_delete',
      resource: 'issue',
    });
    expect(partsOf('move_issue', 'mov')).toBeUndefined();
    expect(partsOf('move_issue', 'move_issue')).toBeUndefined();
    expect(partsOf('move')).toBeUndefined();
  });

  it('finds the place in front of a resource, and not where it is the resource', () => {
    expect(boundaryWord('project_member', ['group', 'project'])).toBe('project');
    expect(boundaryWord('project', ['group', 'project'])).toBeUndefined();
    expect(boundaryWord('projection_lens', ['project'])).toBeUndefined();
  });
});
