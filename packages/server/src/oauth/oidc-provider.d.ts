// The package has types for its entry only. These are the files that the entry takes its exports from.
declare module 'oidc-provider/lib/provider.js' {
  import type Entry from 'oidc-provider';

  export const Provider: typeof Entry;
}

declare module 'oidc-provider/lib/helpers/errors.js' {
  import type { errors } from 'oidc-provider';

  export const AuthorizationPending: typeof errors.AuthorizationPending;
  export const InvalidAuthorizationDetails: typeof errors.InvalidAuthorizationDetails;
  export const InvalidGrant: typeof errors.InvalidGrant;
  export const InvalidRequest: typeof errors.InvalidRequest;
  export const InvalidScope: typeof errors.InvalidScope;
  export const InvalidTarget: typeof errors.InvalidTarget;
  export const SlowDown: typeof errors.SlowDown;
  export const OIDCProviderError: typeof errors.OIDCProviderError;
}

declare module 'oidc-provider/lib/helpers/interaction_policy/index.js' {
  import type { interactionPolicy } from 'oidc-provider';

  export const base: typeof interactionPolicy.base;
  export const Check: typeof interactionPolicy.Check;
  export const Prompt: typeof interactionPolicy.Prompt;
}
