import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import type { Finding } from './finding.ts';

const SCHEMA = `
  type Query { box: Box }
  type Box @requiresPermissions(permissions: ["read_box"], boundaryType: "project", boundary: "id") { id: ID }`;
const boundaries = { group: { parent: 'group' }, project: { parent: 'group' } };
const READ_BOX = { name: 'read_box', permissions: ['read_box'], boundaries: ['project'] };

/** Findings of one code, with a catalogue of these raw permissions and bundles, and rules that ask for them. */
function found(code: string, raw: readonly (string | object)[], bundles: readonly object[] = []): Finding[] {
  const names = raw.map((one) => (typeof one === 'string' ? one : (one as { name: string }).name));
  const asking = names
    .filter((name) => name !== 'read_box')
    .map(
      (name) =>
        `${name.replaceAll('_', '')}: Int @requiresPermissions(permissions: ["${name}"], boundaryType: "project")`,
    );
  return createAmbit({
    schema: SCHEMA.replace('id: ID }', `id: ID ${asking.join(' ')} }`),
    boundaries,
    permissions: { permissions: raw, permission_groups: bundles },
  })
    .check()
    .findings.filter((one) => one.code === code);
}

describe('the verb of a name', () => {
  it.each([
    ['edit_box', 'update_box'],
    ['change_box_lid', 'update_box_lid'],
    ['modify_box', 'update_box'],
    ['set_box', 'update_box'],
    ['destroy_box', 'delete_box'],
    ['remove_box', 'delete_box'],
    ['list_box', 'read_box'],
    ['view_box', 'read_box'],
    ['get_box', 'read_box'],
    ['show_box', 'read_box'],
    ['access_box', 'read_box'],
  ])('`%s` is told to be `%s`', (name, better) => {
    const [finding, ...others] = found('DISCOURAGED_VERB', ['read_box', name]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'warning', coordinate: name });
    expect(finding!.fix).toContain(`\`${better}\``);
  });

  it.each(['admin_box', 'manage_box', 'write_box'])('`%s` is told to say what it permits', (name) => {
    const [finding] = found('DISCOURAGED_VERB', ['read_box', name]);
    expect(finding).toMatchObject({ coordinate: name, fix: expect.stringContaining('`update_box`') });
  });

  it('may be any other', () => {
    expect(
      found('DISCOURAGED_VERB', ['read_box', 'move_box', 'force_delete_box', 'listen_box', 'settle_box']),
    ).toEqual([]);
  });

  it('is looked at in bundles too, unless they are deprecated', () => {
    const bundle = { name: 'manage_box', permissions: ['read_box'], boundaries: ['project'] };
    expect(found('DISCOURAGED_VERB', ['read_box'], [bundle])).toHaveLength(1);
    expect(found('DISCOURAGED_VERB', ['read_box'], [READ_BOX, { ...bundle, deprecated: true }])).toEqual([]);
  });
});

describe('a kind of boundary in a name', () => {
  it('is told, with the name without it', () => {
    expect(found('BOUNDARY_IN_NAME', ['read_box', 'read_project_issue'])).toMatchObject([
      { severity: 'warning', coordinate: 'read_project_issue', fix: 'call it `read_issue`' },
    ]);
    expect(found('BOUNDARY_IN_NAME', ['read_box', 'delete_issue_group'])).toMatchObject([
      { fix: 'call it `delete_issue`' },
    ]);
  });

  it('is fine where the kind is what the permission is about', () => {
    expect(
      found('BOUNDARY_IN_NAME', ['read_box', 'read_project', 'transfer_group', 'read_projection']),
    ).toEqual([]);
  });

  it('is a standalone kind only where the permission is held there', () => {
    expect(found('BOUNDARY_IN_NAME', ['read_box', 'read_user_email'])).toEqual([]);
    const bundle = { name: 'read_user_email', permissions: ['read_box'], boundaries: ['project', 'user'] };
    expect(found('BOUNDARY_IN_NAME', ['read_box'], [bundle])).toMatchObject([
      { fix: 'call it `read_email`' },
    ]);
  });
});

describe('a bundle', () => {
  it('that gives nothing is told', () => {
    const lost = { name: 'open_box', permissions: ['open_lid'], boundaries: ['project'] };
    const ambit = createAmbit({
      schema: SCHEMA,
      boundaries,
      permissions: { permissions: ['read_box', 'open_lid'], permission_groups: [READ_BOX, lost] },
    });
    expect(ambit.check().findings.map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual([
      'UNUSED_BUNDLE open_box',
      'UNUSED_PERMISSION open_lid',
    ]);
  });

  it('that is offered where it gives nothing is told, and one that is offered above is not', () => {
    expect(
      found('UNUSED_BOUNDARY', ['read_box'], [{ ...READ_BOX, boundaries: ['project', 'group'] }]),
    ).toEqual([]);
    expect(
      found('UNUSED_BOUNDARY', ['read_box'], [{ ...READ_BOX, boundaries: ['project', 'instance'] }]),
    ).toMatchObject([
      {
        severity: 'warning',
        coordinate: 'read_box',
        message: expect.stringContaining('for instance, where it gives nothing'),
      },
    ]);
  });
});

describe('a file', () => {
  const at = (permission: string, bundle: string): readonly Finding[] => {
    const permissions = {
      permissions: [
        { name: 'read_box', place: permission, origin: { file: `permissions/${permission}`, line: 1 } },
      ],
      assignables: [{ ...READ_BOX, place: bundle, origin: { file: `permission_groups/${bundle}`, line: 1 } }],
    };
    return createAmbit({ schema: SCHEMA, boundaries, permissions }).check().findings;
  };

  it('stands where its name says', () => {
    expect(at('box/read.yml', 'things/box/read.yaml')).toEqual([]);
  });

  it.each([
    ['lid/read.yml', 'things/box/read.yml', 'move it to `box/read.yml`, or call it `read_lid`'],
    ['read_box.yml', 'things/box/read.yml', 'move it to `box/read.yml`'],
    ['things/box/read.yml', 'things/box/read.yml', 'move it to `box/read.yml`'],
    ['box/read.yml', 'things/box/delete.yml', 'move it to `things/box/read.yml`, or call it `delete_box`'],
    ['box/read.yml', 'box/read.yml', 'move it to `<category>/box/read.yml`'],
    ['box/read.yml', 'things/old/box/read.yml', 'move it to `things/box/read.yml`'],
  ])('`permissions/%s` with `permission_groups/%s`: %s', (permission, bundle, fix) => {
    expect(at(permission, bundle)).toMatchObject([
      { code: 'MISPLACED_PERMISSION', severity: 'error', coordinate: 'read_box', line: 1, fix },
    ]);
  });
});
