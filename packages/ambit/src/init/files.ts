import type { Proposal, ProposedEntry, ProposedRule, Question, Section } from './proposal.ts';
import { TOPICS } from './topics.ts';

/** A file to be written: its path below the folder, with slashes, and its text. */
export interface ProposedFile {
  readonly path: string;
  readonly text: string;
}

/** How wide the texts for people are. */
const WIDTH = 110;

const HEADINGS: ReadonlyMap<Section, string> = new Map([
  ['objects', 'Objects, by whichever door they are reached.'],
  ['values', 'What has no identity is seen with what it hangs on.'],
  ['fields', 'Fields that tell more than their object.'],
  ['queries', 'Root fields that the type they return does not cover.'],
  ['mutations', 'Mutations.'],
  ['inputs', 'Inputs that decide more than their mutation.'],
  ['subscriptions', 'Subscriptions read.'],
]);

/** The files of a proposal, sorted by path. `place` is where the schema was read, for the comment at the top. */
export function filesOf(proposal: Proposal, place: string): ProposedFile[] {
  const files = [{ path: 'rules.yml', text: rulesText(proposal, place) }];
  const todo = todoText(proposal.questions);
  if (todo !== undefined) files.push({ path: 'TODO.md', text: todo });
  for (const { name, action, resource, description } of proposal.permissions)
    files.push({
      path: `catalog/permissions/${resource}/${action}.yml`,
      text: `name: ${name}\ndescription: ${description}\n`,
    });
  for (const bundle of proposal.bundles)
    files.push({
      path: `catalog/permission_groups/${bundle.category}/${bundle.resource}/${bundle.action}.yml`,
      text: bundleText(bundle),
    });
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The text of an assignable permission. */
export function bundleText(bundle: {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  readonly boundaries: readonly string[];
}): string {
  const { name, description, permissions, boundaries } = bundle;
  return `name: ${name}\ndescription: ${scalar(description)}\npermissions: [${permissions.join(', ')}]\nboundaries: [${boundaries.join(', ')}]\n`;
}

function rulesText({ annotated, kinds, rules }: Proposal, place: string): string {
  if (annotated.length > 0)
    return `# ${place} carries its rules itself (${annotated.join(', ')}); here is room for more.\nversion: 1\nrules: {}\n`;
  const lines = [
    `# Proposed by \`ambit init\` for ${place.replaceAll(/[\r\n]/g, ' ')}. TODO.md says of what it was not sure.`,
    "# Relay's connections, edges and payloads inherit without being named here.",
    'version: 1',
  ];
  if (kinds.length > 0) lines.push('', 'boundaries:');
  for (const { name, parent } of kinds)
    lines.push(`  ${name}: ${parent === undefined ? '{}' : `{ parent: ${parent} }`}`);
  lines.push('', rules.length === 0 ? 'rules: {}' : 'rules:');
  let section: Section | undefined;
  for (const rule of rules) {
    if (rule.section !== section)
      lines.push(...(section ? [''] : []), `  # ${HEADINGS.get(rule.section) ?? ''}`);
    section = rule.section;
    lines.push(...ruleLines(rule));
  }
  return `${lines.join('\n')}\n`;
}

function ruleLines({ coordinate, permissions, ...rule }: ProposedRule): string[] {
  const key = /^(?:true|false|null)$/i.test(coordinate) ? `"${coordinate}"` : coordinate;
  if (rule.inherits) return [`  ${key}: { inherits: true }`];
  if (rule.public) return [`  ${key}: { public: true }`];
  return [
    `  ${key}:`,
    '    permissions:',
    ...(permissions ?? []).map((entry) => `      - ${entryText(entry)}`),
  ];
}

function entryText({ names, boundaryType, boundaryArgument, boundary, group }: ProposedEntry): string {
  const parts = [
    `names: [${names.join(', ')}]`,
    `boundaryType: ${boundaryType}`,
    ...(boundaryArgument === undefined ? [] : [`boundaryArgument: ${boundaryArgument}`]),
    ...(boundary === undefined ? [] : [`boundary: ${boundary.includes(' ') ? `"${boundary}"` : boundary}`]),
    ...(group === undefined ? [] : [`group: ${group}`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

/** A text in one line of YAML, in quotes only where it would be read as something else. */
export function scalar(text: string): string {
  return /^[A-Za-z][^:#\n\r"'\\]*$/.test(text) &&
    !/\s$/.test(text) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** What a person has to look at, by topic; undefined where the proposal is sure of everything. */
function todoText(questions: readonly Question[]): string | undefined {
  if (questions.length === 0) return undefined;
  const lines = [
    '# To do',
    '',
    ...wrapped(
      '`ambit init` went by the names in the schema. What follows only people can know. What is not certain was closed rather than opened. Delete this file when you are through.',
      '',
    ),
  ];
  for (const [topic, { title, text }] of TOPICS) {
    const asked = questions.filter((one) => one.topic === topic);
    if (asked.length === 0) continue;
    lines.push('', `## ${title}`, '', ...wrapped(text, ''), '');
    const plain = asked
      .filter(({ proposed }) => proposed === undefined)
      .map(({ coordinate }) => `\`${coordinate}\``);
    if (plain.length > 0) lines.push(...wrapped(`- [ ] ${plain.join(', ')}`, '  '));
    for (const { coordinate, proposed } of asked)
      if (proposed !== undefined) lines.push(...wrapped(`- [ ] \`${coordinate}\`: ${proposed}`, '  '));
  }
  return `${lines.join('\n')}\n`;
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (last.length + word.length + 1 > WIDTH) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
