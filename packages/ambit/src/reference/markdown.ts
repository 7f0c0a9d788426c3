import type { NeededBy, Needer } from './needed.ts';
import type { OperationNeed, OperationPage } from './operations.ts';
import type { BundlePage, CategoryPage, PermissionPage, Reference, ResourcePage } from './reference.ts';

/** What needs a permission, as people read it: one of them, and several. */
const WORDS: Readonly<Record<Needer, readonly [one: string, several: string]>> = {
  query: ['query', 'queries'],
  mutation: ['mutation', 'mutations'],
  subscription: ['subscription', 'subscriptions'],
  type: ['type', 'types'],
  field: ['field', 'fields'],
  argument: ['argument', 'arguments'],
  input: ['input', 'inputs'],
  enumValue: ['enum value', 'enum values'],
  directive: ['directive', 'directives'],
};

/** The reference as a Markdown page, without a line end after the last line. */
export function referenceMarkdown({ categories, operations, unassignable }: Reference): string {
  const rest =
    unassignable.length === 0
      ? []
      : [
          '## Not granted by any of these',
          'No token can be given these.',
          ...descriptions(unassignable, undefined),
          table(unassignable),
        ];
  return [
    '# Permissions',
    'What a token can be given, and what needs it. A token holds the names in parentheses, each in the places for which it\nwas made. Written by `ambit reference`; do not edit it by hand.',
    ...categories.flatMap(categoryText),
    ...rest,
    ...operationText(operations),
  ].join('\n\n');
}

function categoryText({ name, description, resources }: CategoryPage): string[] {
  return [`## ${oneLine(name)}`, ...paragraph(description), ...resources.flatMap(resourceText)];
}

function resourceText({ name, description, assignables }: ResourcePage): string[] {
  return [`### ${oneLine(name)}`, ...paragraph(description), ...assignables.flatMap(bundleText)];
}

function bundleText(bundle: BundlePage): string[] {
  const { name, action, description, boundaries, availability, deprecated, permissions } = bundle;
  const facts = [
    deprecated ? 'Deprecated: tokens that hold it keep it, and new ones are not given it.' : '',
    description === undefined ? '' : sentence(description),
    boundaries.length === 0 ? '' : `Granted in: ${boundaries.join(', ')}.`,
    availability === undefined || availability.length === 0
      ? ''
      : `Proposed for: ${availability.join(', ')}.`,
  ];
  return [
    `#### ${oneLine(action)} (\`${name}\`)`,
    ...paragraph(facts.filter((fact) => fact !== '').join(' ')),
    ...descriptions(permissions, description),
    table(permissions),
  ];
}

/** What each permission is, where that says more than the description of what it stands in. */
function descriptions(permissions: readonly PermissionPage[], above: string | undefined): string[] {
  const told = permissions.flatMap(({ name, description }) =>
    description === undefined || sentence(description) === sentence(above ?? '')
      ? []
      : [`- \`${name}\`: ${sentence(description)}`],
  );
  return told.length === 0 ? [] : [told.join('\n')];
}

function table(permissions: readonly PermissionPage[]): string {
  return ['| permission | in | needed for |', '|---|---|---|', ...permissions.flatMap(rows)].join('\n');
}

function rows({ name, neededBy }: PermissionPage): string[] {
  if (neededBy.length === 0) return [`| \`${name}\` | | nothing |`];
  const byPlace = new Map<string, NeededBy[]>();
  for (const one of neededBy) {
    const place = one.boundaryTypes.join(' or ');
    byPlace.set(place, [...(byPlace.get(place) ?? []), one]);
  }
  return [...byPlace].map(
    ([place, ones]) => `| \`${name}\` | ${place} | ${ones.map(neededText).join('; ')} |`,
  );
}

/** Operations go by the name that clients write. */
function neededText({ needer, coordinates }: NeededBy): string {
  const [one, several] = WORDS[needer];
  const isOperation = ['query', 'mutation', 'subscription'].includes(needer);
  const names = isOperation ? coordinates.map(fieldName) : coordinates;
  return `${names.length === 1 ? one : several} ${names.map((name) => `\`${name}\``).join(', ')}`;
}

function operationText(operations: readonly OperationPage[]): string[] {
  if (operations.length === 0) return [];
  const lines = operations.map(
    ({ needer, coordinate, needs }) =>
      `| ${needer} \`${fieldName(coordinate)}\` | ${needs.map(needText).join(', and ')} |`,
  );
  return [
    '## What operations need',
    'Each by itself; what is selected below it may need more, which `ambit needs` tells of an operation.',
    ['| operation | needs |', '|---|---|', ...lines].join('\n'),
  ];
}

/** What to pick comes first: that is what tokens hold. */
function needText({ permission, assignables, boundaryTypes }: OperationNeed): string {
  const names = (assignables.length === 0 ? [permission] : assignables).map((name) => `\`${name}\``);
  return `${names.join(' or ')} in ${boundaryTypes.join(' or ')}`;
}

function fieldName(coordinate: string): string {
  return coordinate.replace(/^[^.]*\./, '');
}

function paragraph(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : [oneLine(text)];
}

function sentence(text: string): string {
  const trimmed = oneLine(text);
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A description is prose: it neither ends its paragraph or heading, nor begins an element of HTML. */
function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('<', '&lt;');
}
