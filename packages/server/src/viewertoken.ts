import type { Grants } from 'ambit';
import { extendSchema, type GraphQLSchema, parse } from 'graphql';

import { leftOf } from './authority/left.ts';
import { placeText } from './authority/place.ts';
import { ServerError } from './errors.ts';

/** The field's name. */
export const VIEWER_TOKEN = 'viewerToken';
const TOKEN = 'AmbitToken';
const PERMISSIONS = 'AmbitTokenPermissions';

/** What else than its grants is known of a credential. */
export interface KnownCredential {
  readonly id: string;
  readonly name: string;
}

/** The value of the field. */
export interface ViewerToken {
  /** Null for a credential that this server did not issue. */
  readonly id: string | null;
  readonly name: string | null;
  readonly subject: string | null;
  readonly scopes: readonly string[];
  readonly permissions: readonly { readonly names: readonly string[]; readonly boundary: string }[];
  readonly expiresAt: string | null;
}

/**
 * The API with a query field in which a token asks about itself, open to every credential. Throws `ServerError`
 * `CONFIG_INVALID` where the API has anything of these names, which would be hidden.
 */
export function withViewerToken(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType();
  const taken = [TOKEN, PERMISSIONS].find((name) => schema.getType(name) !== undefined);
  if (query == null || query.getFields()[VIEWER_TOKEN] !== undefined || taken !== undefined) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`viewerToken\`: the API has ${taken === undefined ? `a field ${VIEWER_TOKEN}` : `a type ${taken}`} of its own, or no query type.`,
      'Leave `viewerToken` out; tokens can ask GET /api/token/self.',
    );
  }
  const document = parse(`
    extend type ${query.name} {
      "The token of this request. Answered by the gateway."
      ${VIEWER_TOKEN}: ${TOKEN} @public
    }
    "What a token may do, where, until when."
    type ${TOKEN} @public {
      "Its public id; null where somebody else issued it."
      id: ID
      name: String
      "On whose behalf it acts."
      subject: String
      scopes: [String!]!
      permissions: [${PERMISSIONS}!]!
      "ISO 8601."
      expiresAt: String
    }
    "Permissions in one place."
    type ${PERMISSIONS} @public {
      names: [String!]!
      "Such as \`project=acme/web\`, \`user\`."
      boundary: String!
    }
  `);
  // The rules' directives are read by their names, whether the API's own schema defines them or not.
  return extendSchema(schema, document, { assumeValidSDL: true });
}

/** The field's value for one request. */
export function viewerToken(given: Grants, known: KnownCredential | undefined): ViewerToken {
  const grants = leftOf(given);
  return {
    id: known?.id ?? null,
    name: known?.name ?? null,
    subject: grants.subject ?? null,
    scopes: grants.scopes ?? [],
    permissions: (grants.granular ?? []).map(({ permissions, boundary }) => ({
      names: permissions,
      boundary: placeText(boundary),
    })),
    expiresAt: grants.expires ?? null,
  };
}
