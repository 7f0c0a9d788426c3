import { canary } from './canary.ts';
import type { ForgeData } from './ForgeData.ts';
import type { GroupRecord, Visibility } from './records.ts';

interface GroupPlan {
  readonly fullPath: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: Visibility;
  /** Last part of the path, what it is, who may see it. */
  readonly projects: readonly (readonly [slug: string, description: string, visibility: Visibility])[];
}

/**
 * `acme-labs` beside `acme`, and `acme/website-legacy` beside `acme/web`, are there on purpose:
 * whoever compares paths by their first letters takes one for the other.
 */
const plans: readonly GroupPlan[] = [
  {
    fullPath: 'acme',
    name: 'Acme',
    description: 'Everything that Acme sells.',
    visibility: 'PUBLIC',
    projects: [
      ['web', 'The shop that customers see.', 'INTERNAL'],
      ['vault', 'Keys and recovery procedures.', 'PRIVATE'],
      ['mobile', 'Apps for phones.', 'INTERNAL'],
      ['docs', 'Manuals for customers.', 'PUBLIC'],
      ['design-system', 'Components and colours.', 'PUBLIC'],
      ['billing', 'Invoices and payments.', 'PRIVATE'],
      ['status-page', 'What is up and what is down.', 'PUBLIC'],
      ['website-legacy', 'The shop before the rewrite.', 'INTERNAL'],
    ],
  },
  {
    fullPath: 'acme/platform',
    name: 'Platform',
    description: 'What the products stand on.',
    visibility: 'PUBLIC',
    projects: [
      ['api', 'The public API.', 'INTERNAL'],
      ['gateway', 'Routing and rate limits.', 'INTERNAL'],
      ['auth', 'Sign-in and sessions.', 'PRIVATE'],
      ['deploy-tools', 'From a commit to production.', 'INTERNAL'],
      ['cli', 'The command line for customers.', 'PUBLIC'],
      ['observability', 'Metrics, logs and alarms.', 'PRIVATE'],
    ],
  },
  {
    fullPath: 'acme/platform/data',
    name: 'Data',
    description: 'Warehouse and reports.',
    visibility: 'INTERNAL',
    projects: [
      ['warehouse', 'Tables for analysts.', 'PRIVATE'],
      ['pipelines', 'Nightly loads.', 'PRIVATE'],
      ['reports', 'Figures for the board.', 'PRIVATE'],
      ['schemas', 'Event definitions.', 'INTERNAL'],
    ],
  },
  {
    fullPath: 'acme-labs',
    name: 'Acme Labs',
    description: 'A company of its own, whatever its name says.',
    visibility: 'PUBLIC',
    projects: [
      ['portal', 'Where partners sign in.', 'INTERNAL'],
      ['sdk', 'Libraries for partners.', 'PUBLIC'],
      ['payroll', 'Salaries.', 'PRIVATE'],
      ['handbook', 'How we work.', 'PUBLIC'],
    ],
  },
  {
    fullPath: 'acme-labs/research',
    name: 'Research',
    description: 'Things that may never ship.',
    visibility: 'PRIVATE',
    projects: [
      ['simulator', 'A plant in a computer.', 'PRIVATE'],
      ['papers', 'Drafts before review.', 'PRIVATE'],
      ['sensors', 'Firmware and calibration.', 'PRIVATE'],
    ],
  },
];

/** Creates the groups, each below the one that its path names, and their projects. */
export function addPlaces(data: ForgeData): void {
  for (const plan of plans) {
    const parentPath = plan.fullPath.slice(0, Math.max(0, plan.fullPath.lastIndexOf('/')));
    const parent = data.groups.find((group) => group.fullPath === parentPath);
    const group = data.groups.insert((id) => ({
      kind: 'Group',
      id,
      fullPath: plan.fullPath,
      name: plan.name,
      description: plan.description,
      visibility: plan.visibility,
      parentId: parent?.id ?? null,
    }));
    for (const project of plan.projects) addProject(data, group, project);
  }
}

function addProject(
  data: ForgeData,
  group: GroupRecord,
  [slug, description, visibility]: GroupPlan['projects'][number],
): void {
  const fullPath = `${group.fullPath}/${slug}`;
  data.projects.insert((id) => ({
    kind: 'Project',
    id,
    fullPath,
    name: slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll('-', ' '),
    description: visibility === 'PRIVATE' ? `${description} ${canary('project', id, fullPath)}` : description,
    visibility,
    groupId: group.id,
    runnersToken: canary('runner_token', id, fullPath),
    createdAt: new Date(Date.UTC(2024, 6, id, 8)).toISOString(),
  }));
}
