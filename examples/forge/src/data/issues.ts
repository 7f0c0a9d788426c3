import { canary } from './canary.ts';
import type { Dice } from './Dice.ts';
import type { ForgeData } from './ForgeData.ts';
import { issueSubjects, issueTroubles, labels } from './phrases.ts';
import type { ProjectRecord } from './records.ts';

const issueCount = 500;

/** The issues that people meet in the demonstration. `true` marks a confidential one. */
const toldIssues: Readonly<Record<string, readonly (readonly [title: string, confidential: boolean])[]>> = {
  'acme/web': [
    ['Checkout button does nothing on Safari', false],
    ['Prices show three decimals in the cart', false],
    ['Search box loses focus after each key', false],
    ['Add a dark theme', false],
    ['Session cookie is readable by scripts', true],
    ['Product images load twice', false],
    ['Order history ends after twenty orders', false],
    ['Translate the refund page', false],
  ],
  'acme/vault': [
    ['Rotate the master key before March', true],
    ['Write down who holds the recovery shares', true],
    ['Unsealing takes eleven minutes', false],
    ['Backup of the key store was empty on Sunday', true],
    ['Two people still have break-glass access', false],
  ],
};

/** Opens all issues: the told ones first, the rest dealt out evenly over the other projects. */
export function addIssues(data: ForgeData, dice: Dice): void {
  for (const [fullPath, issues] of Object.entries(toldIssues)) {
    const project = data.projects.find((candidate) => candidate.fullPath === fullPath);
    if (project === undefined) throw new Error(`no project at ${fullPath}`);
    issues.forEach(([title, confidential], index) => {
      addIssue(data, dice, project, { iid: index + 1, title, confidential });
    });
  }
  const others = data.projects.filter((project) => toldIssues[project.fullPath] === undefined);
  for (let turn = 0; data.issues.size < issueCount; turn += 1) {
    const project = others[turn % others.length] as ProjectRecord;
    addIssue(data, dice, project, {
      iid: Math.floor(turn / others.length) + 1,
      title: `${dice.pick(issueSubjects)} ${dice.pick(issueTroubles)}`,
      confidential: dice.oneIn(8),
    });
  }
}

function addIssue(
  data: ForgeData,
  dice: Dice,
  project: ProjectRecord,
  told: { readonly iid: number; readonly title: string; readonly confidential: boolean },
): void {
  const secret = told.confidential || project.visibility === 'PRIVATE';
  data.issues.insert((id) => {
    const createdAt = new Date(Date.UTC(2025, 0, 6, 9) + id * 37_000_000).toISOString();
    const reference = secret
      ? canary('issue', id, project.fullPath)
      : `Reported through support, case ${4000 + id}.`;
    return {
      kind: 'Issue',
      id,
      projectId: project.id,
      ...told,
      description: `${told.title}. ${reference}`,
      state: dice.oneIn(3) ? 'CLOSED' : 'OPEN',
      labels: [...new Set([dice.pick(labels), dice.pick(labels)])].sort(),
      authorId: 2 + dice.below(data.users.size - 1),
      assigneeIds: dice.oneIn(2) ? [2 + dice.below(data.users.size - 1)] : [],
      createdAt,
      updatedAt: createdAt,
    };
  });
}
