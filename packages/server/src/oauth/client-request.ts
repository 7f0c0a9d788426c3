import type { GranularGrant } from 'ambit';
import { z } from 'zod';

import { ServerError } from '../errors.ts';
import { asSentence, readByShape, sentenceOf } from '../mistakes.ts';
import { parseTokenRequest } from '../tokens/request.ts';

/** Kinds of grants by the short names of the admin API, and as the protocol calls them. */
export const GRANT_TYPES = {
  client_credentials: 'client_credentials',
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const;

export type GrantName = keyof typeof GRANT_TYPES;

const NAMES = Object.keys(GRANT_TYPES) as [GrantName, ...GrantName[]];
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

// What is not seen, or turns the direction of what is: the name stands on the page where people consent.
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !UNSEEN.test(text), 'must have only characters that are seen, and plain spaces');

const redirectUri = z
  .string()
  .max(2_000)
  .refine(
    isRedirectUri,
    'must be an https address, or http on 127.0.0.1, [::1] or localhost, without a fragment, user or *',
  );

const subject = z
  .string()
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

// RFC 7517; of a key only its public part may come here.
const publicKey = z
  .looseObject({ kty: z.enum(['EC', 'RSA', 'OKP']), kid: z.string().min(1).max(200).optional() })
  .refine((key) => !('d' in key) && !('k' in key), 'must hold public keys only');

const CLIENT_ID = /^cli_[0-9A-Za-z]{17}$/;

/** Whether a text has the form of a client's id, which every client ever made has. */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}

/** What a client may be given at most. */
export interface Ceiling {
  readonly scopes?: readonly string[] | undefined;
  readonly granular?: readonly GranularGrant[] | undefined;
}

/** What somebody asks for when making a client; what may be left out has a default. */
export interface ClientInput {
  readonly name: string;
  /** `secret`: a secret that we make. `key`: its own key (RFC 7523). `none`: a public client, which can keep none. */
  readonly authentication?: 'secret' | 'key' | 'none' | undefined;
  readonly grants: readonly GrantName[];
  readonly redirectUris?: readonly string[] | undefined;
  readonly ceiling?: Ceiling | undefined;
  /** Whom its own tokens act as (client credentials). */
  readonly subject?: string | undefined;
  /** Its public keys, as JWKs. */
  readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Whether it may ask about tokens that others hold. */
  readonly introspects?: boolean | undefined;
  /** Whether all its tokens are bound to a key (RFC 9449). */
  readonly dpop?: boolean | undefined;
}

const granular = z.strictObject({
  permissions: z.array(z.string()),
  boundary: z.union([z.string(), z.record(z.string(), z.string())]),
});
const ceilingShape = z.strictObject({
  scopes: z.array(z.string()).optional(),
  granular: z.array(granular).optional(),
});

const requestShape = z.strictObject({
  name,
  authentication: z.enum(['secret', 'key', 'none']).default('secret'),
  grants: z.array(z.enum(NAMES)).max(NAMES.length),
  redirectUris: z.array(redirectUri).max(20).default([]),
  ceiling: ceilingShape.default({}),
  subject: subject.optional(),
  keys: z.array(publicKey).min(1).max(10).optional(),
  introspects: z.boolean().default(false),
  dpop: z.boolean().default(false),
});

/** The same with its defaults. */
export interface ClientRequest {
  readonly name: string;
  readonly authentication: 'secret' | 'key' | 'none';
  readonly grants: readonly GrantName[];
  readonly redirectUris: readonly string[];
  readonly ceiling: Ceiling;
  readonly subject?: string | undefined;
  readonly keys?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly introspects: boolean;
  readonly dpop: boolean;
}

/** The shape of a request for a client, for the description of the admin API. */
export const clientRequestShape: z.ZodType = requestShape;
export const ceilingRequestShape: z.ZodType = z.strictObject({ ceiling: ceilingShape });

/** Reads what came from outside. Throws `ServerError` `INPUT_INVALID` with every mistake at once. */
export function parseClientRequest(value: unknown): ClientRequest {
  const request = read(requestShape, value);
  const wrong = contradictions(request);
  if (wrong.length > 0) throw refusal(wrong);
  return { ...request, ceiling: strictly(request.ceiling) };
}

/** The same for a new ceiling, `{ ceiling: { scopes, granular } }`. */
export function parseCeiling(value: unknown): Ceiling {
  return strictly(read(z.strictObject({ ceiling: ceilingShape }), value).ceiling);
}

// One set of rules for scopes, permissions and boundaries, whatever carries them.
function strictly(ceiling: z.infer<typeof ceilingShape>): Ceiling {
  const { scopes, granular } = parseTokenRequest({ name: 'ceiling', ...ceiling });
  return { ...(scopes?.length ? { scopes } : {}), ...(granular?.length ? { granular } : {}) };
}

function read<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const parsed = readByShape(shape, value);
  if (parsed.success) return parsed.data;
  throw refusal(parsed.error.issues.map((issue) => sentenceOf(issue)));
}

function refusal(sentences: readonly string[]): ServerError {
  return new ServerError(
    'INPUT_INVALID',
    `This is no request for a client. ${sentences.map(asSentence).join(' ')}`,
    'Send { "name", "grants": ["client_credentials"], "ceiling": { "scopes": [..], "granular": [..] } }; see the reference of OAuth.',
  );
}

function contradictions(request: z.infer<typeof requestShape>): readonly string[] {
  const has = (name: GrantName): boolean => request.grants.includes(name);
  const isEmpty = !request.ceiling.scopes?.length && !request.ceiling.granular?.length;
  const table: readonly (readonly [boolean, string])[] = [
    [
      request.authentication === 'none' && (has('client_credentials') || has('token_exchange')),
      'a public client has neither `client_credentials` nor `token_exchange`: anybody could say that they are it',
    ],
    [request.authentication === 'none' && request.introspects, 'a public client cannot introspect'],
    [
      has('authorization_code') !== request.redirectUris.length > 0,
      '`authorization_code` and `redirectUris` come together',
    ],
    [
      has('refresh_token') && !has('authorization_code') && !has('device_code'),
      '`refresh_token` needs `authorization_code` or `device_code`',
    ],
    [
      request.subject !== undefined && !has('client_credentials'),
      '`subject` is whom `client_credentials` acts as, and this client has no such grant',
    ],
    [(request.authentication === 'key') !== (request.keys !== undefined), '`key` and `keys` come together'],
    [request.grants.length > 0 && isEmpty, 'a client with grants needs a `ceiling` of scopes or permissions'],
    [
      request.grants.length === 0 && !request.introspects,
      'a client needs one of the grants, or `introspects` for a server that only asks about tokens',
    ],
  ];
  return table.flatMap(([isWrong, message]) => (isWrong ? [message] : []));
}

function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text) || /[#*\s\\]/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** Whether an address is on the machine of the person: then the client is a native app (RFC 8252, 7.3). */
export function isLoopback(uri: string): boolean {
  return new URL(uri).protocol === 'http:';
}
