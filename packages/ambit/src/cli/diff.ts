import { stat } from 'node:fs/promises';
import type { Policy } from '../compile/policy.ts';
import { createAmbit } from '../create.ts';
import { type BundleDifference, compareSides, type Side, snapshotOfSource } from '../diff/bundles.ts';
import { compareKinds } from '../diff/kinds.ts';
import { openedBy } from '../diff/opened.ts';
import { compareTokens, type StoredToken, tokensFrom } from '../diff/tokens.ts';
import { loadPermissions, loadRules, readSchema, readYaml } from '../load.ts';
import { catalogFrom } from '../rules/catalogsource.ts';
import { isBaseline, type Snapshot, snapshotFrom } from '../rules/snapshot.ts';
import { badOption, type Command, command, type Values } from './command.ts';
import { type DiffAnswer, diffText } from './difftext.ts';
import { inFile } from './inputs.ts';
import { diffOptions } from './options.ts';

/** `ambit diff` */
export const diffCommand: Command = command(
  {
    name: 'diff',
    summary: 'which bundles, and which stored tokens, gain or lose what from one catalogue to another?',
    operands: '[--tokens FILE] [--schema PLACE] [OPTIONS] OLD NEW',
    about:
      'Tokens store the names of bundles, and what a name stands for is looked up when the token is used: to change a bundle is to change tokens that are already out. This tells how. With `--schema` and `--old-rules` it also tells which kinds of boundary came to stand in others, and which rules no longer ask. OLD and NEW are catalogues, a folder or one file each, or baselines of `ambit check --write-baseline`.',
    examples: [
      { line: 'ambit diff permissions.baseline.yml permissions/', does: 'against what was agreed' },
      {
        line: 'ambit-server token list --json > tokens.json && ambit diff --tokens tokens.json live/ proposed/',
        does: 'before it is rolled out: who gains, who loses',
      },
      {
        line: 'ambit diff --schema schema.graphql --rules rules.yml live/ proposed/',
        does: 'with the coordinates of the schema at which each bundle counts',
      },
      {
        line: 'ambit diff --schema schema.graphql --old-rules live.yml --rules rules.yml --tokens tokens.json live/ live/',
        does: 'a change of the rules: what no longer asks, and which kinds lie in which',
      },
    ],
    exits: ['0 nothing changes', '1 something is gained or lost', '2 something cannot be read'],
  },
  diffOptions,
  { what: 'two catalogues', least: 2, most: 2 },
  async (values) => {
    const [old = '', now = ''] = values.operands;
    const [before, after] = [await sideOf(values, old, 'old-'), await sideOf(values, now, '')];
    const file = values.option('tokens');
    const tokens = file === undefined ? undefined : await readTokens(file);
    const answer = answerOf(before, after, tokens);
    const { bundles, kinds = [], opened = [], tokens: differing = [] } = answer;
    const changes = [bundles, kinds, opened, differing];
    return { json: answer, text: diffText(answer), exit: changes.some(({ length }) => length > 0) ? 1 : 0 };
  },
);

function answerOf(before: Side, after: Side, tokens: readonly StoredToken[] | undefined): DiffAnswer {
  const bundles = compareSides(before, after);
  const [old, now] = [before.policy, after.policy];
  const kinds = old && now ? { kinds: compareKinds(old.kinds, now.kinds), opened: openedBy(old, now) } : {};
  const summary = { bundles: countsOf(bundles) };
  if (!tokens) return { bundles, ...kinds, summary };
  const nesting = old && now && { before: old.kinds, after: now.kinds };
  const changed = compareTokens(tokens, before.snapshot, after.snapshot, nesting);
  const active = tokens.filter((token) => token.active).length;
  return {
    bundles,
    ...kinds,
    tokens: changed,
    summary: { ...summary, tokens: { active, changed: changed.length } },
  };
}

function countsOf(bundles: readonly BundleDifference[]): DiffAnswer['summary']['bundles'] {
  const count = (wanted: BundleDifference['change']): number =>
    bundles.filter(({ change }) => change === wanted).length;
  return { new: count('new'), changed: count('changed'), removed: count('removed') };
}

async function readTokens(file: string): Promise<StoredToken[]> {
  const value = await readYaml(file, 'BAD_GRANTS');
  return inFile({ other: file }, () => tokensFrom(value));
}

async function sideOf(values: Values, path: string, prefix: 'old-' | ''): Promise<Side> {
  return { snapshot: await snapshotAt(path), policy: await policyOf(values, prefix) };
}

async function snapshotAt(path: string): Promise<Snapshot> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return snapshotOfSource(await loadPermissions(path));
  const value = await readYaml(path);
  return isBaseline(value)
    ? snapshotFrom(value, { file: path })
    : snapshotOfSource(catalogFrom(value, { file: path }));
}

/** Rules alone: those of one version may ask for what the catalogue of the other does not know yet. */
async function policyOf(values: Values, prefix: 'old-' | ''): Promise<Policy | undefined> {
  const place = values.option(`${prefix}schema`) ?? values.option('schema');
  const rules = values.option(`${prefix}rules`) ?? values.option('rules');
  if (values.option('schema') === undefined) {
    if (rules === undefined && place === undefined) return undefined;
    throw badOption('rules are about a schema, and none is given', 'give it with --schema PLACE');
  }
  const { schema } = await readSchema(place ?? '');
  return createAmbit({ schema, rules: rules === undefined ? undefined : await loadRules(rules) }).policy;
}
