import type { GraphQLSchema } from 'graphql';
import { check } from '../check.ts';
import { compile } from '../compile/compile.ts';
import { rulesFrom } from '../rules/rules.ts';
import { bundlesOf, permissionsOf } from './catalog.ts';
import { proposeQueries, proposeSubscriptions } from './doors.ts';
import { Draft } from './draft.ts';
import { proposeInputs } from './inputs.ts';
import { proposeMutations } from './mutations.ts';
import { permissionName } from './names.ts';
import { proposeObjects } from './objects.ts';
import { placesOf } from './places.ts';
import type { Choices, Proposal, ProposedKind, ProposedRule, Question, Section, Topic } from './proposal.ts';
import { type Survey, surveyOf } from './survey.ts';
import { boundariesValue, rulesValue } from './value.ts';
import { wordsOf } from './words.ts';

const SECTIONS: readonly Section[] = [
  'objects',
  'values',
  'fields',
  'queries',
  'mutations',
  'inputs',
  'subscriptions',
];
/** Directives by which federation says who may see what. */
const ANNOTATIONS = [
  ['scopes', 'requiresScopes'],
  ['policies', 'policy'],
  ['authenticated', 'authenticated'],
] as const;

/**
 * Proposes rules, kinds of boundary and a catalogue for a schema, by naming conventions alone, and says of what it was
 * unsure. Nothing that it cannot place is opened: it asks for a grant without a place. The same schema and choices give
 * the same proposal, in the same order.
 * @throws AmbitError BAD_RULES for rules that the schema carries itself and that are wrong
 */
export function propose(schema: GraphQLSchema, choices: Choices = {}): Proposal {
  const survey = surveyOf(schema);
  const annotated = annotationsOf(survey);
  if (annotated.length > 0)
    return { kinds: [], rules: [], permissions: [], bundles: [], questions: [], annotated };
  const draft = new Draft(survey, placesOf(survey, choices), choices);
  proposeObjects(draft);
  proposeQueries(draft);
  proposeInputs(draft, proposeMutations(draft));
  proposeSubscriptions(draft);
  settle(draft);
  return finished(draft);
}

function annotationsOf({ policy }: Survey): string[] {
  const elements = [...policy.rules.values()].flatMap((rule) => rule.elements.map(({ kind }) => kind));
  return ANNOTATIONS.flatMap(([kind, name]) => (elements.includes(kind) ? [`@${name}`] : []));
}

/** So often is the proposal looked over: a rule that is added can uncover nothing, so two times would do. */
const ROUNDS = 4;

/** What `ambit check` would still find gets a rule without a place, or is told. */
function settle(draft: Draft): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const open = errorsOf(draft).filter(({ code }) => code.startsWith('UNCOVERED'));
    if (open.length === 0) return;
    for (const { coordinate } of open) {
      const words = wordsOf(coordinate.split('.').at(-1) ?? '');
      const entry = { names: [permissionName('read', words)], boundaryType: 'instance' };
      draft.permit(coordinate.includes('.') ? 'queries' : 'objects', coordinate, [entry]);
      draft.ask(coordinate.includes('.') ? 'root fields' : 'unplaced types', coordinate);
    }
  }
  for (const { coordinate, message } of errorsOf(draft)) draft.ask('unsettled', coordinate, message);
}

function errorsOf(draft: Draft): { code: string; coordinate: string; message: string }[] {
  const file = rulesFrom({
    version: 1,
    boundaries: boundariesValue(kindsOf(draft)),
    rules: rulesValue([...draft.rules.values()]),
  });
  const policy = compile({
    schema: draft.survey.schema,
    rules: file.rules,
    rest: undefined,
    catalog: { permissions: [], assignables: [] },
    boundaries: file.boundaries,
    coverage: 'strict',
  });
  return check(policy, []).findings.filter(({ severity }) => severity === 'error');
}

/** Kinds that were found, and those that rules of the schema name already. */
function kindsOf({ places, survey }: Draft): ProposedKind[] {
  const known = new Set(places.kinds.map(({ name }) => name));
  const named = [...survey.policy.rules.values()].flatMap(({ elements }) =>
    elements.flatMap((one) => (one.kind === 'permissions' ? one.alternatives : [])),
  );
  const others = new Set(named.map(({ boundaryType }) => boundaryType));
  const more = [...others].filter((kind) => !known.has(kind) && kind !== 'user' && kind !== 'instance');
  return [...places.kinds, ...more.map((name): ProposedKind => ({ name, type: '', identity: '' }))];
}

function finished(draft: Draft): Proposal {
  for (const { name, parent, type, identity } of draft.places.kinds) {
    draft.ask('kinds', type, `\`${name}\`, identified by \`${identity}\``);
    if (parent !== undefined) draft.ask('nesting', type, `\`${name}\` in \`${parent}\``);
  }
  for (const { name, type, identity } of draft.places.near)
    draft.ask(
      'near kinds',
      type,
      `\`${type}.${identity}\` looks like a place: \`--kind ${name}=${type}.${identity}\``,
    );
  const kinds = kindsOf(draft);
  const rules = [...draft.rules.values()].sort(
    (one, other) => SECTIONS.indexOf(one.section) - SECTIONS.indexOf(other.section),
  );
  askAboutSharing(draft, rules);
  const questions = draft.places.kinds.length > 0 ? draft.questions : withoutPlaces(draft);
  const order = [...kinds.map(({ name }) => name), 'user', 'instance'];
  const own: ProposedRule[] = ownRules(draft);
  const permissions = permissionsOf([...rules, ...own], order);
  const bundles = bundlesOf(permissions, draft.places);
  return { kinds, rules, permissions, bundles, questions, annotated: [] };
}

/** Where no kind of place was found, that nothing has one is said once. */
function withoutPlaces({ questions, survey }: Draft): Question[] {
  const each: readonly Topic[] = ['unplaced types', 'unplaced mutations', 'people'];
  const root = survey.schema.getQueryType()?.name ?? '';
  const none = 'no kind was found, so every rule asks for a grant for the whole API (`instance`)';
  return [
    { topic: 'kinds', coordinate: root, proposed: none },
    ...questions.filter(({ topic }) => !each.includes(topic)),
  ];
}

/** Rules of the schema itself ask for permissions too. */
function ownRules({ survey }: Draft): ProposedRule[] {
  return [...survey.policy.rules.values()].map(({ coordinate, elements }) => ({
    coordinate,
    section: 'objects',
    permissions: elements.flatMap((one) =>
      one.kind === 'permissions'
        ? one.alternatives.map(({ boundaryType }) => ({ names: one.names, boundaryType }))
        : [],
    ),
  }));
}

/** Types and mutations that ask for the same although they are called otherwise. */
function askAboutSharing(draft: Draft, rules: readonly ProposedRule[]): void {
  const users = new Map<string, string[]>();
  for (const { coordinate, section, permissions } of rules) {
    if (section !== 'objects' && section !== 'mutations') continue;
    const [name] = permissions?.[0]?.names ?? [];
    if (name !== undefined) users.set(name, [...(users.get(name) ?? []), coordinate]);
  }
  for (const [name, [first = '', ...all]] of users) {
    const called = (coordinate: string): string => wordsOf(coordinate.split('.').at(-1) ?? '').join(' ');
    const others = all.filter((one) => called(one) !== called(first));
    if (others.length > 0) draft.ask('shared names', first, `\`${name}\`, with ${others.join(', ')}`);
  }
}
