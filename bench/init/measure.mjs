import { readFileSync } from 'node:fs';
import { isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import { check } from '../../packages/ambit/dist/check.js';
import { propose } from '../../packages/ambit/dist/init/propose.js';
import { loadRules, readSchema } from '../../packages/ambit/dist/load.js';
import { schemaFromSdl } from '../../packages/ambit/dist/schema.js';
import { compare, compareNamed, compiledProposal } from './compare.mjs';
import { forgeBoundaries } from './forge.mjs';
import { forgeFile, generated, githubFile, githubRules, shopifyFile } from './schemas.mjs';

function fieldsOf(schema) {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  return types
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .reduce((sum, type) => sum + Object.keys(type.getFields()).length, 0);
}

function measured(name, schema) {
  const begin = performance.now();
  const proposal = propose(schema);
  const took = performance.now() - begin;
  const { findings, coverage } = check(compiledProposal(schema, proposal), []);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const placed = proposal.rules.filter(({ permissions }) =>
    permissions?.some(({ boundaryType }) => boundaryType !== 'instance'),
  );
  return {
    schema: name,
    fields: fieldsOf(schema),
    kinds: proposal.kinds.map((kind) => kind.name).join(', ') || 'none',
    rules: proposal.rules.length,
    'in a place': placed.length,
    permissions: proposal.permissions.length,
    questions: proposal.questions.length,
    covered: `${coverage.covered} of ${coverage.total}`,
    errors,
    'ms, once': Math.round(took),
  };
}

function printed(rows) {
  const keys = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(keys),
    line(keys.map(() => '---')),
    ...rows.map((row) => line(keys.map((key) => row[key]))),
  ].join('\n');
}

function told(title, { rows, hand, helpers, sdl, ...counts }) {
  console.log(`${title}: ${hand} coordinates marked by hand, of which ${helpers} inherit\n`);
  console.log(printed(Object.entries(counts).map(([verdict, count]) => ({ verdict, coordinates: count }))));
  for (const row of rows.filter(({ verdict }) => verdict !== 'same'))
    console.log(`\n${row.verdict}: ${row.coordinate}\n  by hand:  ${row.hand}\n  proposed: ${row.proposed}`);
  console.log();
}

/** What `ambit init` proposes for schemas of others: how much, how fast, and how much of what people wrote by hand. */
export async function measure() {
  const forge = compare(readFileSync(forgeFile, 'utf8'), forgeBoundaries());
  const { sdl } = forge;
  told('examples/forge without its directives', forge);
  told(
    'what examples/github names',
    compareNamed(readFileSync(githubFile, 'utf8'), await loadRules(githubRules)),
  );
  console.log(
    printed([
      measured('forge, stripped', schemaFromSdl(sdl).schema),
      measured('GitHub', (await readSchema(githubFile)).schema),
      measured('Shopify storefront', (await readSchema(shopifyFile)).schema),
      measured('generated', schemaFromSdl(generated()).schema),
    ]),
  );
}
