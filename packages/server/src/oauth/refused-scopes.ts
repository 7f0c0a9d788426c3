import { InvalidScope } from './library.ts';

// In the characters that RFC 6749, 5.2, has for a description: no double quotes.
const HINT =
  '. A permission is no scope: ask for it by the parameter authorization_details, in JSON: [{ type: graphql, permissions: [read_order], boundary: { project: acme/web } }], each of these words in double quotes';

/**
 * The refusal of scopes of which none is given. What it says besides depends on how the names look and on nothing else: it
 * tells nobody which permissions there are.
 */
export function refusedScopes(message: string, scopes: readonly string[]): InstanceType<typeof InvalidScope> {
  const couldBePermission = scopes.some((scope) => /^[a-z]\w*$/i.test(scope));
  return new InvalidScope(`${message}${couldBePermission ? HINT : ''}`, scopes.join(' '));
}
