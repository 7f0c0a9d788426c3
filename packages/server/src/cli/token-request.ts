import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { GrantBoundary } from 'ambit';
import { parse } from 'yaml';

import { ServerError, systemCode } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import type { RateLimit } from '../store/tokens.ts';
import { lengthFrom } from '../tokens/expiry.ts';
import { type TokenRequest, tokenRequestShape } from '../tokens/request.ts';
import type { Arguments } from './arguments.ts';
import { refuseMistaken } from './option-mistakes.ts';

/** Boundaries that no object names, and that this server can tell. */
export const STANDALONE = ['user', 'instance'] as const;
/** Those that take a source of memberships: refused where the grants are judged, which says why. */
const MEMBERSHIPS = ['all_memberships', 'personal'] as const;

/** Flags that say what a token may do; a file of grants says it instead of them. */
const GRANTING = ['scope', 'permission', 'boundary'] as const;
/** What a file of grants may hold: the rest of a token is said on the command line, or is none of its business. */
const GRANT_KEYS: readonly string[] = ['subject', 'scopes', 'granular'];

const GIVE_NEEDS = 'Give a file as ambit needs --json prints it.';

type Granted = Pick<TokenRequest, 'subject' | 'scopes' | 'granular'>;

/** What the flags ask for. Throws `ServerError` `USAGE` or `INPUT_INVALID` before anything is opened or asked. */
export async function requestFrom(args: Arguments, folder: string): Promise<TokenRequest> {
  const name = args.one('name');
  if (name === undefined || name === '') {
    throw new ServerError(
      'USAGE',
      'A token needs a --name that says what it is for.',
      'For example: --name ci-reader',
    );
  }
  const expires = args.one('expires');
  // Only for its form; the authority says what is too long.
  if (expires !== undefined) lengthFrom(expires);
  const file = args.one('grants');
  const granted = file === undefined ? fromFlags(args) : await fromFile(args, file, folder);
  refusePlaceholders(granted.granular);
  const subject = args.one('subject') ?? granted.subject;
  const request: TokenRequest = {
    name,
    ...granted,
    ...(expires === undefined ? {} : { expires }),
    ...(subject === undefined ? {} : { subject }),
    ...notedFrom(args),
  };
  refuseMistaken(tokenRequestShape, request, file);
  return request;
}

/** The note and the limit that the flags give. Throws `ServerError` `USAGE`. */
export function notedFrom(args: Arguments): Pick<TokenRequest, 'note' | 'rateLimit'> {
  const note = args.one('note');
  const limit = args.one('rate-limit');
  return {
    ...(note === undefined ? {} : { note }),
    ...(limit === undefined ? {} : { rateLimit: rateLimitFrom(limit) }),
  };
}

function rateLimitFrom(text: string): RateLimit {
  const [, requests, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  if (requests !== undefined && seconds !== undefined)
    return { requests: Number(requests), seconds: Number(seconds) };
  throw new ServerError(
    'USAGE',
    `--rate-limit takes REQUESTS/SECONDS; it was ${JSON.stringify(text)}.`,
    'For example: --rate-limit 600/60',
  );
}

/** Scopes and permissions as the flags have them. Throws `ServerError` `USAGE`. */
export function fromFlags(args: Arguments): Granted {
  const permissions = args.all('permission');
  const boundaries = args.all('boundary').map(boundaryFrom);
  if (permissions.length > 0 !== boundaries.length > 0) {
    throw permissions.length > 0
      ? new ServerError(
          'USAGE',
          '--permission needs a --boundary that says where.',
          'For example: --boundary project=acme/web',
        )
      : new ServerError(
          'USAGE',
          '--boundary needs a --permission that says what.',
          'For example: --permission read_issue',
        );
  }
  return { scopes: args.all('scope'), granular: boundaries.map((boundary) => ({ permissions, boundary })) };
}

async function fromFile(args: Arguments, file: string, folder: string): Promise<Granted> {
  const both = GRANTING.find((flag) => args.has(flag));
  if (both !== undefined) {
    throw new ServerError(
      'USAGE',
      `--grants already says what the token may do; --${both} cannot stand beside it.`,
      'Put everything into the file, or everything into flags.',
    );
  }
  const grants = grantsIn(await readGrants(resolve(folder, file)), file);
  const stray = Object.keys(grants).find((key) => !GRANT_KEYS.includes(key));
  if (stray !== undefined) {
    throw new ServerError(
      'INPUT_INVALID',
      `${file} holds ${JSON.stringify(stray)}; grants for a token hold ${GRANT_KEYS.join(', ')}.`,
      stray === 'expires' ? 'Say it with --expires.' : 'Take it out of the file.',
    );
  }
  return grants as Granted;
}

/** The grants themselves, or those of the one operation in what `ambit needs --json` prints. */
function grantsIn(value: object, file: string): object {
  if (!('operations' in value) || !Array.isArray(value.operations)) return value;
  const operations: readonly unknown[] = value.operations;
  const [first] = operations;
  if (operations.length !== 1) {
    throw new ServerError(
      'INPUT_INVALID',
      `${file} holds the needs of ${operations.length} operations; a token is made for one.`,
      'Choose one: ambit needs --json --operation-name NAME, or put the grants of one into a file.',
    );
  }
  if (typeof first === 'object' && first !== null && 'grants' in first && isMapping(first.grants))
    return first.grants;
  throw new ServerError('INPUT_INVALID', `${file} holds an operation without grants.`, GIVE_NEEDS);
}

/** `ambit needs` writes `<clinic>` where only an object could tell the place; such a grant would hold nowhere. */
function refusePlaceholders(granular: unknown): void {
  for (const grant of Array.isArray(granular) ? granular : []) {
    if (!isMapping(grant) || !('boundary' in grant) || !isMapping(grant.boundary)) continue;
    for (const [kind, identity] of Object.entries(grant.boundary)) {
      if (typeof identity !== 'string' || !/^<.*>$/s.test(identity)) continue;
      throw new ServerError(
        'INPUT_INVALID',
        `The boundary ${kind} is named ${identity}, which stands for a name that is not known yet.`,
        `Put the real identity in the place of ${identity}.`,
      );
    }
  }
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readGrants(path: string): Promise<object> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    const why = systemCode(error)?.startsWith('E') ? 'cannot be read' : 'is neither JSON nor YAML';
    throw new ServerError('INPUT_INVALID', `${path} ${why}.`, GIVE_NEEDS);
  }
  if (isMapping(value)) return value;
  throw new ServerError(
    'INPUT_INVALID',
    `${path} must hold one mapping of grants; it holds something else.`,
    'For example: { "granular": [{ "permissions": ["read_issue"], "boundary": { "project": "acme/web" } }] }',
  );
}

/** A place as `--boundary` names it. Throws `ServerError` `USAGE`. */
export function boundaryFrom(text: string): GrantBoundary {
  const alone = [...STANDALONE, ...MEMBERSHIPS].find((name) => name === text);
  if (alone !== undefined) return alone;
  const sign = text.indexOf('=');
  if (sign > 0 && sign < text.length - 1) return { [text.slice(0, sign)]: text.slice(sign + 1) };
  const near = nearestName(text, STANDALONE);
  throw new ServerError(
    'USAGE',
    `--boundary takes KIND=ID, or one of ${STANDALONE.join(', ')}; it was ${JSON.stringify(text)}.`,
    near === undefined ? 'For example: --boundary project=acme/web' : `Did you mean ${near}?`,
  );
}
