import { validateSchema } from 'graphql';
import { createAmbit } from '../create.ts';
import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import { shownPlace } from '../load/address.ts';
import { loadPermissions, loadRules, readSchema } from '../load.ts';
import type { RulesFile } from '../rules/rules.ts';
import type { ReadSchema } from '../schema.ts';
import type { Coverage, Effect } from '../types.ts';
import { badOption, type Values } from './command.ts';
import { Progress } from './progress.ts';

/** An engine made of what the command line names, and what was odd about the schema. */
export interface Opened {
  readonly ambit: Ambit;
  readonly warnings: readonly string[];
  /** The instant as at which it decides. */
  readonly now: number;
}

/**
 * Reads schema, rules and catalogue. `reveals` is for whoever owns the rules and asks what is missing: then no rule
 * hides what it denies.
 * @throws AmbitError naming what cannot be read or is wrong
 */
export async function openEngine(values: Values, reveals = false): Promise<Opened> {
  const progress = new Progress();
  const now = instantOf(values.option('now'));
  const place = values.option('schema') ?? '';
  const rulesFile = values.option('rules');
  const folder = values.option('permissions');
  progress.step(`reading ${shownPlace(place)}`);
  const { schema, warnings } = await validSchema(place);
  progress.step('compiling the rules');
  const ambit = createAmbit({
    schema,
    rules: rulesFile === undefined ? undefined : await rulesFrom(rulesFile, reveals),
    permissions: folder === undefined ? undefined : await loadPermissions(folder),
    coverage: values.option('coverage') as Coverage | undefined,
    effect: values.option('effect') as Effect | undefined,
    now: () => now,
  });
  progress.end();
  return { ambit, warnings, now };
}

/** A schema as it stands at `place`, without faults. @throws AmbitError BAD_SCHEMA or UNREADABLE */
export async function validSchema(place: string): Promise<ReadSchema> {
  const read = await readSchema(place);
  const [invalid] = validateSchema(read.schema);
  if (!invalid) return read;
  const node = invalid.nodes?.at(-1);
  throw new AmbitError('BAD_SCHEMA', `the schema is not valid: ${invalid.message}`, {
    file: shownPlace(place),
    line: node?.loc?.startToken.line,
  });
}

async function rulesFrom(file: string, reveals: boolean): Promise<RulesFile> {
  const rules = await loadRules(file);
  if (!reveals) return rules;
  return {
    ...rules,
    rules: rules.rules.map(({ effect, ...rule }) =>
      effect && effect !== 'hide' ? { ...rule, effect } : rule,
    ),
  };
}

function instantOf(instant: string | undefined): number {
  if (instant === undefined) return Date.now();
  const isInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(instant);
  const time = isInstant ? Date.parse(instant) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw badOption(
    `\`--now\` has to be an ISO 8601 instant; found \`${instant}\``,
    'write it as 2027-01-31T12:00:00Z',
  );
}
