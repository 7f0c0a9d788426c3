/*
 * The one place that knows oidc-provider by its name. Its entry file prints a warning on Node 20, where all of what is
 * used here works and is tested, and otherwise only passes on what the files below define: so it is passed by, and
 * nothing of the console has to be silenced.
 */
export {
  AuthorizationPending,
  InvalidAuthorizationDetails,
  InvalidGrant,
  InvalidRequest,
  InvalidScope,
  InvalidTarget,
  SlowDown,
} from 'oidc-provider/lib/helpers/errors.js';
export { Provider } from 'oidc-provider/lib/provider.js';
