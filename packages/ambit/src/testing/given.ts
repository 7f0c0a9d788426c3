import { nearest } from '../coordinates.ts';
import type { Ambit } from '../engine.ts';
import { AmbitError } from '../errors.ts';
import { parseGrants } from '../grants/grants.ts';
import type { GrantBoundary } from '../types.ts';
import type { GranularAccess, Subject } from './subject.ts';
import { engineOf } from './world.ts';

/** All that an operation is described with; the type demands that none is left out. */
const KEYS: Readonly<Record<keyof GranularAccess, true>> = {
  open: true,
  openSwitchedOff: true,
  document: true,
  operationName: true,
  variables: true,
  contextValue: true,
  subject: true,
  permissions: true,
  boundary: true,
  besides: true,
  elsewhere: true,
  nowhere: true,
  passed: true,
  repeats: true,
  parent: true,
  below: true,
  list: true,
  isAbstract: true,
  effects: true,
  varies: true,
};
const QUESTION_KEYS = ['document', 'operationName', 'variables', 'contextValue'];
const PLACES = ['boundary', 'elsewhere', 'parent', 'below'] as const;

/**
 * Refuses a description that has a key too many or too few, or a value that is none.
 * @throws TypeError that names the key, and the nearest one that there is
 */
export function checkGiven(given: GranularAccess): void {
  onlyKeys(given, Object.keys(KEYS), 'the description of an operation');
  if (given.nowhere !== undefined) onlyKeys(given.nowhere, QUESTION_KEYS, '`nowhere`');
  if (typeof given.open !== 'function') throw new TypeError('`open` has to be a function that opens a world');
  const { document } = given;
  if (typeof document !== 'string' && document?.kind !== 'Document')
    throw new TypeError('`document` is missing: give the operation, as a text or a parsed document');
  if (!Array.isArray(given.permissions) || given.permissions.length === 0)
    throw new TypeError('`permissions` is empty: name what the operation needs');
  for (const one of given.permissions) checkPermission(one);
  if (given.boundary === undefined)
    throw new TypeError('`boundary` is missing: name the place of the object, as `{ project: "acme/web" }`');
  for (const key of PLACES) {
    const boundary = given[key];
    if (boundary !== undefined) understood(key, { granular: [{ permissions: ['any'], boundary }] });
  }
  understood('besides', { granular: given.besides ?? [] });
}

function onlyKeys(given: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new TypeError(
      `\`${key}\` is no known key of ${what}; ${near === undefined ? `known are ${known.join(', ')}` : `did you mean \`${near}\`?`}`,
    );
  }
}

function checkPermission(one: unknown): void {
  if (typeof one === 'string') return;
  if (typeof one === 'object' && one !== null) {
    onlyKeys(one, ['granted', 'named'], 'a permission');
    if (
      'granted' in one &&
      'named' in one &&
      typeof one.granted === 'string' &&
      typeof one.named === 'string'
    )
      return;
  }
  throw new TypeError(
    "each of `permissions` has to be a name or `{ granted: 'bundle', named: 'permission' }`",
  );
}

function understood(key: string, grants: object): void {
  try {
    parseGrants(grants);
  } catch (error) {
    if (!(error instanceof AmbitError)) throw error;
    throw new TypeError(`\`${key}\`: ${withHint(error.message, error.suggestion)}`, { cause: error });
  }
}

function withHint(message: string, suggestion: string | undefined): string {
  return suggestion === undefined ? message : `${message}; nearest: ${suggestion}`;
}

/**
 * Refuses kinds of boundary that the engine of the world does not know, and permissions that its catalogue does not
 * offer there. Without an engine or a catalogue nobody knows them.
 * @throws TypeError that names them
 */
export async function checkNames(subject: Subject): Promise<void> {
  const { given, permissions, holding } = subject;
  const ambit = await engineOf(given.open);
  if (!ambit) return;
  for (const key of PLACES) if (given[key] !== undefined) checkKind(ambit, key, given[key]);
  const { catalog } = ambit.policy;
  if (catalog.assignables.size === 0 && catalog.permissions.size === 0) return;
  const [problem] = ambit.checkGrants(holding(permissions, given.boundary));
  if (problem) throw new TypeError(`\`permissions\`: ${withHint(problem.message, problem.suggestion)}`);
}

function checkKind({ policy: { kinds } }: Ambit, key: string, boundary: GrantBoundary): void {
  const kind = typeof boundary === 'string' ? undefined : Object.keys(boundary)[0];
  if (kind === undefined || kinds.has(kind)) return;
  const names = kinds.names();
  throw new TypeError(
    `\`${key}\`: ${withHint(`\`${kind}\` is no kind of boundary of this API; known are ${names.join(', ')}`, nearest(kind, names))}`,
  );
}
