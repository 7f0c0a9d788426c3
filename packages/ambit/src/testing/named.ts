import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import { needNames } from './lacking.ts';
import type { BundledPermission } from './subject.ts';
import type { Question } from './world.ts';

/**
 * The raw permissions by which errors name what is granted: of a bundle, those that the rules ask for. Without an
 * engine or a catalogue, the name that was given.
 */
export function rawNames(
  ambit: Ambit | undefined,
  question: Question,
  { granted, named }: BundledPermission,
): readonly string[] {
  const bundle = ambit?.policy.catalog.assignables.get(granted);
  if (!ambit || !bundle || named !== granted) return [named];
  const asked = needsOf(ambit, question);
  const raw = bundle.permissions.filter((name) => asked.includes(name));
  return raw.length > 0 ? raw : [named];
}

function needsOf(ambit: Ambit, { document, operationName, variables }: Question): readonly string[] {
  try {
    return needNames(ambit.needs({ document, operationName, variables }));
  } catch (error) {
    // What the engine cannot read, it does not answer either: the other checks say so.
    if (error instanceof AmbitError) return [];
    throw error;
  }
}

/** How a bundle is written whose permissions nobody could look up; `missing` are the names that errors have. */
export function bundleHint(granted: string, missing: readonly string[]): string {
  const named = missing.length > 0 ? missing.map((name) => `'${name}'`).join(' or ') : "'permission'";
  return `where \`${granted}\` is a bundle, name the raw permission too: { granted: '${granted}', named: ${named} }`;
}
