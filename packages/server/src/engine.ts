import { AmbitError, createAmbit, type Grants } from 'ambit';
import {
  type Authentication,
  createGateway,
  type GatewayLimits,
  type ToldOperation,
  type Upstream,
} from 'ambit/gateway';
import { loadPermissions, loadRules, loadSchema } from 'ambit/load';
import { isAddress, shownAddress } from './addresses.ts';
import type { GrantProblem } from './authority.ts';
import type { Config } from './config.ts';
import { describePermission, describeScope, type Words } from './consent/describe.ts';
import { ServerError } from './errors.ts';
import { type Grantable, grantableOf } from './grantable.ts';
import type { Narrow } from './narrow.ts';
import { type KnownCredential, VIEWER_TOKEN, viewerToken, withViewerToken } from './viewertoken.ts';

export interface GatewayParts {
  readonly authenticate: (request: Request) => Promise<Authentication>;
  readonly upstream: Upstream;
  readonly limits: GatewayLimits;
  readonly onOperation?: (told: ToldOperation) => void;
  /** Which credential a request came with, by the grants that it was given. */
  readonly credentialOf?: (grants: Grants) => KnownCredential | undefined;
}

/** The part of the library that the server uses: the API with its rules, as compiled. */
export interface Engine extends Words {
  /** How many errors `ambit check` finds in the rules; what they leave open is denied. */
  readonly errors?: number;
  checkGrants(grants: Grants): readonly GrantProblem[];
  /** What a token can be given; nothing where nobody says. */
  readonly grantable?: readonly Grantable[];
  /** What a credential covers of a request for less; see `Ambit.narrow`. */
  readonly narrow: Narrow;
  createGateway(parts: GatewayParts): (request: Request) => Promise<Response>;
}

/** Compiles schema, rules and permissions. Rejects with `AmbitError`, naming file and line, when they are wrong. */
export async function loadEngine(config: Config): Promise<Engine> {
  const [schema, rules, permissions] = await Promise.all([
    schemaAt(config.schema),
    config.rules === undefined ? undefined : loadRules(config.rules),
    config.permissions === undefined ? undefined : loadPermissions(config.permissions),
  ]);
  refuseAskedPlaces(rules, config);
  const ambit = createAmbit({
    schema: config.viewerToken ? withViewerToken(schema) : schema,
    ...(rules === undefined ? {} : { rules }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(config.effect === undefined ? {} : { effect: config.effect }),
    ...(config.coverage === undefined ? {} : { coverage: config.coverage }),
    ...(config.granular === undefined ? {} : { granular: config.granular }),
    ...(config.granularOnly === undefined ? {} : { granularOnly: config.granularOnly }),
  });
  return {
    errors: ambit.check().findings.filter(({ severity }) => severity === 'error').length,
    checkGrants: (grants) => ambit.checkGrants(grants),
    narrow: (parent, request) => ambit.narrow(parent, request),
    describeScope: (scope) => describeScope(ambit, scope),
    describePermission: (name) => describePermission(ambit, name),
    grantable: grantableOf(ambit, (name) => config.viewerToken && name === VIEWER_TOKEN, config.scopes),
    createGateway: ({ credentialOf, ...parts }) =>
      createGateway({
        ambit,
        ...parts,
        ...(config.viewerToken
          ? { local: { viewerToken: (grants: Grants) => viewerToken(grants, credentialOf?.(grants)) } }
          : {}),
      }),
  };
}

// Behind the path of an address there may be a secret, which what `fetch` says of it repeats.
async function schemaAt(place: string): ReturnType<typeof loadSchema> {
  try {
    return await loadSchema(place);
  } catch (error) {
    if (!isAddress(place) || !(error instanceof AmbitError)) throw error;
    const message =
      error.code === 'BAD_SCHEMA' ? error.message : 'there is no answer to introspection that can be read';
    const suggestion = 'See that the API runs and allows introspection, or save its schema to a file.';
    throw new AmbitError(error.code, message, { file: shownAddress(place), suggestion });
  }
}

/** This server has no source of places: with such a kind it would issue tokens that hold nowhere. */
function refuseAskedPlaces(
  rules: Awaited<ReturnType<typeof loadRules>> | undefined,
  { rules: file }: Config,
): void {
  const kind = Object.entries(rules?.boundaries ?? {}).find(([, { places }]) => places !== undefined)?.[0];
  if (kind === undefined) return;
  throw new ServerError(
    'CONFIG_INVALID',
    `${file ?? 'The rules'}: places of the kind ${kind} are asked for, and this server has nobody to ask.`,
    'Give the kind a parent by path, or protect the API in process with `createAmbit({ boundaries })`.',
  );
}
