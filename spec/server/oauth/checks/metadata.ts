import { request } from 'node:http';

import { Browser } from '../browser.ts';
import { type Check, checksOf } from './check.ts';
import type { Kit } from './kit.ts';

const SERVER = '/.well-known/oauth-authorization-server';
const RESOURCE = '/.well-known/oauth-protected-resource/graphql';

type Metadata = Readonly<Record<string, unknown>>;

/** What the server says of itself, to whoever calls it by some name. */
function metadata({ site }: Kit, path = SERVER, headers: Record<string, string> = {}): Promise<Metadata> {
  return new Promise((resolve, reject) => {
    const sent = request(`${site.issuer}${path}`, { headers }, async (answer) => {
      let body = '';
      for await (const chunk of answer) body += String(chunk);
      resolve(JSON.parse(body) as Metadata);
    });
    sent.on('error', reject).end();
  });
}

const has =
  (name: string) =>
  async (kit: Kit): Promise<string> =>
    name in (await metadata(kit)) ? 'listed' : 'not listed';

const EVIL = { host: 'evil.test', 'x-forwarded-host': 'evil.test' };

/** Metadata of the authorization server. */
export const SERVER_METADATA: readonly Check[] = checksOf('8414', [
  [
    '2',
    'userinfo',
    'the metadata lists no userinfo, which there is not',
    'not listed',
    'metadata of everything',
    'listed',
    has('claims_supported'),
  ],
  [
    '2',
    'id-tokens',
    'nor how ID tokens are signed',
    'not listed',
    'metadata of everything',
    'listed',
    has('id_token_signing_alg_values_supported'),
  ],
  [
    '2',
    'subjects',
    'nor kinds of subjects',
    'not listed',
    'metadata of everything',
    'listed',
    has('subject_types_supported'),
  ],
  [
    '2',
    'introspection-none',
    'nor that somebody introspects without authentication',
    'not listed',
    'metadata as the library has it',
    'listed',
    async (kit) => {
      const methods = (await metadata(kit))['introspection_endpoint_auth_methods_supported'] as
        | readonly string[]
        | undefined;
      return methods === undefined || methods.includes('none') ? 'listed' : 'not listed';
    },
  ],
  [
    '3.3',
    'host',
    'what a request says of the host does not get into the metadata',
    'own',
    'host of the request',
    'evil',
    async (kit) =>
      String((await metadata(kit, SERVER, EVIL))['token_endpoint']).includes('evil.test') ? 'evil' : 'own',
  ],
]);

/** Metadata of the resource. */
export const RESOURCE_METADATA: readonly Check[] = checksOf('9728', [
  [
    '3.3',
    'host',
    'what a request says of the host does not get into the metadata of the resource',
    'own',
    'resource by its host',
    'evil',
    async (kit) => ((await metadata(kit, RESOURCE, EVIL))['resource'] === kit.resource ? 'own' : 'evil'),
  ],
  [
    '5.1',
    'challenge',
    'who asks without a token is told where the metadata is',
    'told',
    'no word of the resource',
    'not told',
    async (kit) =>
      (await kit.site.ask(undefined)).headers
        .get('www-authenticate')
        ?.includes(`resource_metadata="${kit.site.issuer}${RESOURCE}"`) === true
        ? 'told'
        : 'not told',
  ],
]);

/** The issuer in the answers of authorization requests. */
export const ISSUERS: readonly Check[] = checksOf('9207', [
  [
    '2',
    'code',
    'a code comes with the name of its issuer',
    'named',
    'no issuer in answers',
    'not named',
    async (kit) =>
      (await kit.coded()).back.searchParams.get('iss') === kit.site.issuer ? 'named' : 'not named',
  ],
  [
    '2',
    'error',
    'and so does an error',
    'named',
    'no issuer in answers',
    'not named',
    async (kit) => {
      const { url } = await new Browser().follow(kit.begin({ prompt: 'none' }));
      return new URL(url).searchParams.get('iss') === kit.site.issuer ? 'named' : 'not named';
    },
  ],
  [
    '3',
    'announced',
    'and clients are told that they may rely on it',
    'true',
    'issuers are not announced',
    'undefined',
    async (kit) => String((await metadata(kit))['authorization_response_iss_parameter_supported']),
  ],
]);
