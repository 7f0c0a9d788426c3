import { dirname, resolve } from 'node:path';

import type { Coverage, Effect } from 'ambit';
import type { GatewayLimits } from 'ambit/gateway';
import { z } from 'zod';

import { hasCredential, isAddress, isHttpAddress } from './addresses.ts';
import { type Environment, findConfigFile, readConfigFile, substitute } from './config-file.ts';
import { mistakesOf } from './config-mistakes.ts';
import { ServerError } from './errors.ts';
import {
  type IntrospectionConfig,
  type IssuerConfig,
  introspectionShape,
  issuersShape,
} from './foreign/config.ts';
import { checkSubjects } from './foreign/subjects.ts';
import { type LeaksConfig, leaksShape } from './leaks/config.ts';
import { readByShape } from './mistakes.ts';
import { type OAuthConfig, oauthShape, type ScopeDescriptions, scopesShape } from './oauth/config.ts';
import { checkSignIn, publicUrlShape, type SignInOptions, signInShape } from './people/config.ts';
import { type DatabaseConfig, databaseFrom, databaseShape } from './store/postgres/config.ts';
import { asNetwork, problemOfNetwork } from './tokens/address.ts';
import { type TokenPolicy, tokensShape } from './tokens/policy.ts';
import { checkHeaders, headerName, headerValue } from './upstream-config.ts';

const count = (maximum: number): z.ZodNumber => z.number().int().min(1).max(maximum);
const portNumber = z.number().int().min(0).max(65_535);

const place = z
  .record(z.string().min(1), z.string().min(1))
  .refine(
    (names) => Object.keys(names).length === 1,
    'must be one kind with one object, such as { group: acme }',
  );

const trustedProxy = z
  .string()
  .superRefine((text, context) => {
    const message = problemOfNetwork(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .transform(asNetwork);

const schemaPlace = z
  .string()
  .min(1)
  .refine(
    (text) => !isAddress(text) || isHttpAddress(text),
    'must be a path, or an address that begins with http:// or https://',
  )
  .refine((text) => !hasCredential(text), 'must hold no credential; save the schema to a file and name that');

const path = z
  .string()
  .min(1)
  .refine((text) => !isAddress(text), 'must be a path; what is at an address has to be saved first');

/** Every option, its default and its limits. */
const optionsShape = z.strictObject({
  port: portNumber.default(4000),
  host: z.string().min(1).default('127.0.0.1'),
  data: z.string().min(1).default('.ambit'),
  publicUrl: publicUrlShape.optional(),
  trustedProxies: z.array(trustedProxy).min(1).optional(),
  signIn: signInShape.optional(),
  database: databaseShape.optional(),
  schema: schemaPlace,
  rules: path.optional(),
  permissions: path.optional(),
  coverage: z.enum(['strict', 'open']).optional(),
  effect: z.enum(['filter', 'reject', 'hide']).optional(),
  granular: z.boolean().optional(),
  viewerToken: z.boolean().default(false),
  granularOnly: z.array(place).optional(),
  upstream: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .refine((url) => !hasCredential(url), 'must hold no credential; put it into `headers`'),
    headers: z.record(headerName, headerValue).default({}),
    subjectHeader: headerName.optional(),
  }),
  issuers: issuersShape,
  introspection: introspectionShape,
  tokens: tokensShape,
  leaks: leaksShape,
  limits: z
    .strictObject({
      bodyBytes: count(64 * 1024 * 1024).default(1_048_576),
      depth: count(1_000).default(50),
      documentTokens: count(1_000_000).default(10_000),
      upstreamMs: count(600_000).default(30_000),
      answerBytes: count(256 * 1024 * 1024).default(8_388_608),
    })
    .prefault({}),
  oauth: oauthShape.optional(),
  scopes: scopesShape.default({}),
});

type Options = z.infer<typeof optionsShape>;

/** What the gateway limits, and what the server does by itself. */
export interface ServerLimits extends GatewayLimits {
  /** Bytes of one answer of the API behind the gateway. Default 8,388,608. */
  readonly answerBytes: number;
}

/** The configuration of a server, complete, with absolute paths. May hold credentials of the upstream. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** The folder that holds the store, the root key and the admin credential. */
  readonly data: string;
  /** Under which address people reach the server, where that is not the one on which it listens. */
  readonly publicUrl: string | undefined;
  /** Networks of the proxies in front, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Another issuer at which people may sign in. */
  readonly signIn: SignInOptions | undefined;
  readonly schema: string;
  readonly rules: string | undefined;
  readonly permissions: string | undefined;
  readonly coverage: Coverage | undefined;
  readonly effect: Effect | undefined;
  /** Whether granular tokens are accepted (M22); they are unless this is false. */
  readonly granular: boolean | undefined;
  /** Whether the gateway answers the query field `viewerToken` by itself. */
  readonly viewerToken: boolean;
  /** Places in which, and below which, coarse scopes pass no permission rule (M16). */
  readonly granularOnly: readonly Readonly<Record<string, string>>[] | undefined;
  readonly upstream: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly subjectHeader: string | undefined;
  };
  /** Other issuers whose JWTs are taken. */
  readonly issuers: readonly IssuerConfig[];
  /** Who is asked about tokens that are neither ours nor JWTs. */
  readonly introspection: IntrospectionConfig | undefined;
  /** What holds for every personal token. */
  readonly tokens: TokenPolicy;
  /** Who is heard about leaked tokens besides whoever holds one. */
  readonly leaks: LeaksConfig;
  readonly limits: ServerLimits;
  /** The PostgreSQL that holds the store; none where the data folder does. */
  readonly database: DatabaseConfig | undefined;
  /** The root key, where the environment gives it instead of a file. */
  readonly rootKey: string | undefined;
  /** The admin credential, where the environment gives it instead of a file. */
  readonly adminToken: string | undefined;
  readonly oauth: OAuthConfig | undefined;
  readonly scopes: ScopeDescriptions;
  /** The keys of the authorization server, where the environment gives them instead of a file. */
  readonly oauthKeys: string | undefined;
}

export interface ConfigSource {
  /** The file named on the command line. */
  readonly file?: string | undefined;
  /** The port named on the command line, which goes before `AMBIT_PORT` and the file. */
  readonly port?: string | undefined;
  readonly env: Environment;
  readonly folder: string;
}

/** Reads the whole configuration. Throws `ServerError` `CONFIG_INVALID` with every mistake in one message. */
export async function loadConfig(source: ConfigSource): Promise<Config> {
  const path = findConfigFile(source.file, source.folder);
  if (path === undefined) {
    throw new ServerError(
      'CONFIG_INVALID',
      `There is no configuration: neither --config nor ambit.yml in ${source.folder}.`,
      'Give --config FILE. The file needs at least `schema` and `upstream: { url }`.',
    );
  }
  const file = await readConfigFile(path);
  const parsed = readByShape(optionsShape, substitute(file, file.content, source.env));
  if (!parsed.success) throw mistakesOf(file, parsed.error, optionsShape);
  checkHeaders(parsed.data.upstream, file.where(['upstream']));
  checkSignIn(parsed.data, file.where(['signIn']));
  checkSubjects(parsed.data);
  return resolved(parsed.data, dirname(path), source);
}

/**
 * The data folder alone, for commands that speak to a running server: they need none of the secrets that the
 * configuration names. Throws `ServerError` `CONFIG_INVALID`.
 */
export async function findDataFolder(source: ConfigSource): Promise<string> {
  if (source.env['AMBIT_DATA']) return resolve(source.folder, source.env['AMBIT_DATA']);
  const path = findConfigFile(source.file, source.folder);
  if (path === undefined) return resolve(source.folder, '.ambit');
  const file = await readConfigFile(path);
  const { data } = file.content as { readonly data?: unknown };
  const text = substitute(file, data ?? '.ambit', source.env, ['data']);
  if (typeof text === 'string' && text !== '') return resolve(dirname(path), text);
  throw new ServerError('CONFIG_INVALID', `${file.where(['data'])}: \`data\` must be the path of a folder.`);
}

function resolved(
  options: Options,
  folder: string,
  { env, port, folder: workingFolder }: ConfigSource,
): Config {
  const within = (path: string): string => resolve(folder, path);
  const { subjectHeader, ...upstream } = options.upstream;
  return {
    host: options.host,
    port: readPort(port, '--port') ?? readPort(env['AMBIT_PORT'], 'AMBIT_PORT') ?? options.port,
    data: env['AMBIT_DATA'] ? resolve(workingFolder, env['AMBIT_DATA']) : within(options.data),
    publicUrl: options.publicUrl,
    trustedProxies: options.trustedProxies ?? [],
    signIn: options.signIn,
    schema: isAddress(options.schema) ? options.schema : within(options.schema),
    rules: options.rules === undefined ? undefined : within(options.rules),
    permissions: options.permissions === undefined ? undefined : within(options.permissions),
    coverage: options.coverage,
    effect: options.effect,
    granular: options.granular,
    granularOnly: options.granularOnly,
    viewerToken: options.viewerToken,
    upstream: { ...upstream, subjectHeader },
    issuers: options.issuers,
    introspection: options.introspection,
    tokens: options.tokens,
    leaks: options.leaks,
    limits: options.limits,
    database: databaseFrom(options.database, env['AMBIT_DATABASE_URL'], within),
    rootKey: env['AMBIT_ROOT_KEY'] || undefined,
    adminToken: env['AMBIT_ADMIN_TOKEN'] || undefined,
    oauth: options.oauth,
    scopes: options.scopes,
    oauthKeys: env['AMBIT_OAUTH_KEYS'] || undefined,
  };
}

function readPort(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text === '') return undefined;
  const port = /^\d{1,5}$/.test(text) ? portNumber.safeParse(Number(text)).data : undefined;
  if (port !== undefined) return port;
  const message = `${name} must be a port from 0 to 65535 (0 takes any free one); it was ${JSON.stringify(text)}.`;
  throw new ServerError('CONFIG_INVALID', message);
}
