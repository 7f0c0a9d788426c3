import type { Grants } from 'ambit';

import { exceeds } from './rights.ts';
import type { Site } from './site.ts';

/** Something out of which credentials come: a person, a client, what was ticked on a page, or a credential. */
export interface Source {
  readonly name: string;
  readonly parents: readonly Source[];
  /** What it was given at most, beside what its parents have. */
  limits: readonly Grants[];
  /** Why it counts no more, and nothing that came of it. */
  ended?: string;
}

/** What somebody can send. */
export interface Credential extends Source {
  readonly kind: 'personal' | 'narrowed' | 'access';
  readonly token: string;
  /** By which the admin API knows a personal token. */
  readonly id?: string;
  readonly client?: Client;
  /** The token that took its place. */
  next?: Credential;
}

export interface Client extends Source {
  readonly id: string;
  readonly secret: string;
  readonly scopes: readonly string[];
  readonly ceiling: Grants;
  /** Whom its own tokens act as. */
  readonly subject: Source | undefined;
}

/** What a person ticked, with what keeps it going. */
export interface Consent extends Source {
  readonly client: Client;
  readonly granted: Grants;
  refresh: string;
  readonly used: string[];
}

export type FailureKind =
  | 'more than its parent'
  | 'later than its parent'
  | 'another subject'
  | 'outlives'
  | 'lost'
  | 'shows more'
  | 'given';

/** A promise that was broken. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
}

/** Why a source counts no more; nothing while it does. */
export function endOf(source: Source): string | undefined {
  if (source.ended !== undefined) return `${source.name}: ${source.ended}`;
  for (const parent of source.parents) {
    const end = endOf(parent);
    if (end !== undefined) return end;
  }
  return undefined;
}

/** All that a source came of, with itself. */
function ancestry(source: Source): readonly Source[] {
  return [source, ...source.parents.flatMap(ancestry)];
}

/** Asks after every credential, and holds it against all that it came of. */
export async function checkFamily(site: Site, credentials: readonly Credential[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  const held = new Map<Source, Grants>();
  for (const credential of credentials) {
    const end = endOf(credential);
    const grants = await site.recognise(credential.token);
    if (grants !== undefined) held.set(credential, grants);
    if (end !== undefined && grants !== undefined)
      failures.push({ kind: 'outlives', message: `${credential.name} is let through, and ${end}` });
    if (end === undefined && grants === undefined)
      failures.push({ kind: 'lost', message: `${credential.name} is refused, and nothing ended it` });
    if (end === undefined && grants !== undefined) failures.push(...compared(credential, grants, held));
  }
  return failures;
}

function compared(
  credential: Credential,
  grants: Grants,
  held: ReadonlyMap<Source, Grants>,
): readonly Failure[] {
  const { name } = credential;
  const { subject } = grants;
  const failures: Failure[] = [];
  for (const source of ancestry(credential)) {
    const parent = source === credential ? undefined : held.get(source);
    const named = subject === undefined ? {} : { subject };
    const bounds = [
      ...(parent === undefined ? [] : [parent]),
      ...source.limits.map((one) => ({ ...one, ...named })),
    ];
    for (const bound of bounds)
      failures.push(...exceeds(grants, bound).map((what) => more(name, source, what)));
    if (parent === undefined) continue;
    if (parent.subject !== subject)
      failures.push({
        kind: 'another subject',
        message: `${name} acts as ${subject}, ${source.name} as ${parent.subject}`,
      });
    if (!(endsAt(grants) <= endsAt(parent)))
      failures.push({ kind: 'later than its parent', message: `${name} ends after ${source.name}` });
  }
  return failures;
}

function more(name: string, source: Source, what: string): Failure {
  return { kind: 'more than its parent', message: `${name} is allowed more than ${source.name}: ${what}` };
}

function endsAt({ expires, caveats = [] }: Grants): number {
  const ends = [expires, ...caveats.map((caveat) => caveat.expires)].filter((end) => end !== undefined);
  return Math.min(...ends.map((end) => Date.parse(end)));
}
