/** Where a rule can be written. */
const anywhere =
  'OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ENUM | ENUM_VALUE | SCALAR | UNION';

/** Definitions of the directives in `schema.graphql`. Forge only accepts them; what they mean is Ambit's business. */
export const directiveDefinitions: string = /* GraphQL */ `
  directive @requiresPermissions(
    permissions: [String!]!
    boundaryType: String!
    boundary: String
    boundaryArgument: String
    group: String
  ) repeatable on ${anywhere}
  directive @requiresScopes(scopes: [[String!]!]!) on ${anywhere}
  directive @authenticated on ${anywhere}
  directive @policy(policies: [[String!]!]!) on ${anywhere}
  directive @public on ${anywhere}
  directive @inherits on OBJECT
`;
