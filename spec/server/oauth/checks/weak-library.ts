import type { WeakeningTable } from './weakenings.ts';

const CLIENT_OF_SOURCE = 'source.clientId !== ctx.oidc.client.clientId';
const CLIENT_OF_GRANT = 'grant.clientId !== ctx.oidc.client.clientId';
const ASSERTION = `JWT.verify(ctx.oidc.params.client_assertion, keystore, {
      clockTolerance,
      ignoreAzp: true,
    })`;
const PROOF = "jwtVerify(proof, EmbeddedJWK, { algorithms: dPoPSigningAlgValues, typ: 'dpop+jwt' })";
const STORED = `assertPayload(stored, {
    ignoreExpiration,
    clockTolerance: configuration.clockTolerance,
  })`;
const REQUEST_CLIENT = `params.client_id
    && request.client_id !== undefined
    && request.client_id !== params.client_id`;

/** Defences that the library gives, each taken out of the library as it is loaded. */
export const LIBRARY: WeakeningTable = {
  'any redirect address': [['models/client', 'this.#redirectAllowed(value, this.redirectUris)', 'true']],
  'redirect address may be left out': [
    [
      'actions/authorization/response_parameters',
      "!instance(ctx.oidc.provider).configuration.allowOmittingSingleRegisteredRedirectUri || ctx.oidc.isFapi('2.0')",
      'false',
    ],
  ],
  'redirect address not compared with the code': [
    ['actions/grants/authorization_code', 'code.redirectUri !== ctx.oidc.params.redirect_uri', 'false'],
    ['actions/grants/authorization_code', "presence(ctx, 'code', 'redirect_uri')", "presence(ctx, 'code')"],
  ],
  'any response type': [
    ['actions/authorization/response_parameters', '!supported.includes(params.response_type)', 'false'],
    [
      'actions/authorization/response_parameters',
      '!ctx.oidc.client.responseTypeAllowed(params.response_type)',
      'false',
    ],
    [
      'actions/authorization/response_parameters',
      '!ctx.oidc.client.responseModeAllowed(mode, params.response_type, ctx.oidc.fapiProfile)',
      'false',
    ],
  ],
  'no issuer in answers': [
    ['actions/authorization/respond', "!out.id_token && !responseMode.includes('jwt')", 'false'],
    [
      'shared/authorization_error_handler',
      '{ ...errOut(err, state), iss: ctx.oidc.provider.issuer }',
      'errOut(err, state)',
    ],
  ],
  'state is dropped': [
    ['actions/authorization/respond', 'params.state !== undefined', 'false'],
    [
      'shared/authorization_error_handler',
      'getOutAndEmit(ctx, err, safe(params.state))',
      'getOutAndEmit(ctx, err)',
    ],
  ],
  'codes are not used up': [
    ['helpers/grant_source', 'source.consumed', 'false'],
    ['helpers/grant_source', 'source.consume()', 'undefined'],
  ],
  'a code used twice takes nothing back': [
    ['helpers/grant_source', 'revoke(ctx, source.grantId)', 'undefined'],
  ],
  'codes do not expire': [['actions/grants/authorization_code', 'code.isExpired', 'false']],
  'codes of any client': [
    ['helpers/grant_source', CLIENT_OF_SOURCE, 'false'],
    ['helpers/grant_source', CLIENT_OF_GRANT, 'false'],
  ],
  'challenge is not needed': [
    [
      'actions/authorization/sender_constraints',
      "boolean(pkce.required(ctx, ctx.oidc.client), 'pkce.required')",
      'false',
    ],
  ],
  'any challenge method': [
    ['actions/authorization/sender_constraints', "params.code_challenge_method !== 'S256'", 'false'],
    [
      'actions/authorization/sender_constraints',
      '!params.code_challenge_method && params.code_challenge',
      'false',
    ],
  ],
  'any form of challenge': [
    [
      'actions/authorization/sender_constraints',
      "checkFormat(params.code_challenge, 'code_challenge')",
      'undefined',
    ],
  ],
  'any verifier': [['helpers/pkce', '!constantEquals(challenge, expected)', 'false']],
  'verifier is not needed': [['helpers/pkce', 'verifier || challenge', 'verifier']],
  'any form of verifier': [['helpers/pkce', "checkFormat(verifier, 'code_verifier')", 'undefined']],
  'refresh tokens are not used up': [
    ['actions/grants/refresh_token', 'refreshToken.consumed', 'false'],
    ['actions/grants/refresh_token', 'refreshToken.consume()', 'undefined'],
  ],
  'refresh tokens are not rotated': [
    ['actions/grants/refresh_token', 'rotateRefreshToken === true', 'false'],
  ],
  'a refresh token used twice takes nothing back': [
    ['actions/grants/refresh_token', 'revoke(ctx, refreshToken.grantId)', 'undefined'],
    ['actions/grants/refresh_token', 'refreshToken.destroy()', 'undefined'],
  ],
  'refresh tokens of any client': [
    ['actions/grants/refresh_token', 'refreshToken.clientId !== client.clientId', 'false'],
    ['helpers/grant_source', CLIENT_OF_GRANT, 'false'],
  ],
  'refresh for more scopes': [['actions/grants/refresh_token', 'missing.length !== 0', 'false']],
  'refresh without the key': [
    [
      'actions/grants/refresh_token',
      'refreshToken.jkt && (!dPoP || refreshToken.jkt !== dPoP.thumbprint)',
      'false',
    ],
  ],
  'two authentications of one client': [['shared/client_auth', 'length > 1', 'false']],
  'two names of one client': [
    ['shared/client_auth', 'clientId !== undefined && value !== clientId', 'false'],
  ],
  'any way to authenticate': [
    ['shared/client_auth', 'methods?.includes(ctx.oidc.client.clientAuthMethod) !== true', 'false'],
    ['shared/client_auth', 'ctx.oidc.client.compareClientSecret(clientSecret)', 'true'],
    [
      'shared/client_auth',
      "jwtClientAuth(ctx, ctx.oidc.client.asymmetricKeyStore, (alg) => !alg.startsWith('HS'))",
      'undefined',
    ],
  ],
  'parameters in the address': [
    [
      'shared/assemble_params',
      "ctx.method === 'POST' ? ctx.oidc.body : ctx.query",
      '({ ...ctx.query, ...ctx.oidc.body })',
    ],
  ],
  'parameters may come twice': [
    // The first one counts.
    ['shared/reject_dupes', '!Array.isArray(value)', '([ctx.oidc.params[key]] = [value].flat(), true)'],
  ],
  'any grant for any client': [
    ['actions/token', '!ctx.oidc.client.grantTypeAllowed(ctx.oidc.params.grant_type)', 'false'],
  ],
  'device authorization for any client': [
    ['actions/authorization/client', '!client.grantTypeAllowed(grantType)', 'false'],
  ],
  'any name of a grant': [
    [
      'actions/token',
      "!supported.has(ctx.oidc.params.grant_type) || ctx.oidc.params.grant_type === 'implicit'",
      'false',
    ],
  ],
  'answers may be cached': [['shared/no_cache', "ctx.set('cache-control', 'no-store')", 'undefined']],
  'pages of other origins': [
    ['shared/cors', "boolean(clientBasedCORS(ctx, origin, client), 'clientBasedCORS')", 'true'],
  ],
  'signature of an assertion': [['shared/jwt_client_auth', ASSERTION, 'undefined']],
  'algorithm of an assertion': [
    ['shared/jwt_client_auth', '!algorithms.includes(header.alg)', 'false'],
    ['shared/jwt_client_auth', ASSERTION, 'undefined'],
  ],
  'audience of an assertion': [['shared/jwt_client_auth', '!acceptedAud.has(payload.aud)', 'false']],
  'issuer of an assertion': [['shared/jwt_client_auth', 'payload.iss !== ctx.oidc.client.clientId', 'false']],
  'end of an assertion': [
    ['shared/jwt_client_auth', '!payload.exp', 'false'],
    ['shared/jwt_client_auth', 'payload.exp + clockTolerance', 'Date.now() / 1000 + 60 | 0'],
  ],
  'assertions are not used up': [['shared/jwt_client_auth', '!unique', 'false']],
  'revocation ends nothing': [
    ['actions/revocation', 'token.destroy()', 'undefined'],
    ['actions/revocation', 'revoke(ctx, token.grantId)', 'undefined'],
  ],
  'revocation ends one token alone': [['actions/revocation', 'revoke(ctx, token.grantId)', 'undefined']],
  'revocation believes the hint': [
    [
      'actions/revocation',
      'findToken(provider, params.token, params.token_type_hint)',
      'provider[params.token_type_hint === "refresh_token" ? "RefreshToken" : "ClientCredentials"].find(params.token)',
    ],
  ],
  'tokens last for ever': [
    ['actions/grants/refresh_token', 'refreshToken.isExpired', 'false'],
    ['helpers/grant_source', 'grant.isExpired', 'false'],
    ['actions/introspection', '!token?.isValid', '!token'],
    ['actions/introspection', 'grant.isExpired', 'false'],
    ['models/formats/opaque', STORED, 'undefined'],
  ],
  'introspection gives reasons': [
    ['actions/introspection', '{ active: false }', "{ active: false, reason: 'unknown' }"],
  ],
  'structured tokens': [
    ['shared/reject_structured_tokens', '!!decodeProtectedHeader(params.token)', 'false'],
  ],
  'request addresses are not used up': [
    ['actions/authorization/respond', 'pushedAuthorizationRequest?.consumed', 'false'],
    ['actions/authorization/respond', 'pushedAuthorizationRequest?.consume()', 'undefined'],
    [
      'actions/authorization/pushed_authorization_requests',
      '!pushedAuthorizationRequest?.isValid',
      '!pushedAuthorizationRequest',
    ],
  ],
  'request addresses do not expire': [
    [
      'actions/authorization/pushed_authorization_requests',
      '!pushedAuthorizationRequest?.isValid',
      '!pushedAuthorizationRequest',
    ],
    ['actions/authorization/process_request_object', 'JWT.assertPayload(payload, opts)', 'undefined'],
  ],
  'request addresses of any client': [
    ['actions/authorization/process_request_object', REQUEST_CLIENT, 'false'],
    [
      'actions/authorization/process_request_object',
      'request.client_id !== undefined && request.client_id !== client.clientId',
      'false',
    ],
    ['actions/authorization/process_request_object', 'JWT.assertPayload(payload, opts)', 'undefined'],
  ],
  'parameters beside a request address': [
    [
      'actions/authorization/process_request_object',
      'request[key] || undefined',
      "(key === 'scope' && params[key]) || request[key]",
    ],
  ],
  'request objects from anywhere': [
    [
      'actions/authorization/request_parameters',
      'params.request !== undefined && !requestObjects.enabled',
      'false',
    ],
  ],
  'any form of resource': [
    ['shared/check_resource', '!href', 'false'],
    ['shared/check_resource', "href.includes('#')", 'false'],
  ],
  'any granted resource': [
    ['helpers/resolve_resource', 'resource && !model.resourceIndicators.has(resource)', 'false'],
  ],
  'any number of resources': [['actions/grants/client_credentials', 'length !== 1', 'false']],
  'details that cannot be read': [['shared/check_rar', 'JSON.parse(params.authorization_details)', '[]']],
  'request addresses from anywhere': [
    [
      'actions/authorization/request_parameters',
      "ctx.oidc.route !== 'authorization' || !pushedAuthorizationRequests.enabled",
      'false',
    ],
  ],
  'GET like POST': [
    [
      'shared/assemble_params',
      "ctx.method === 'POST' ? ctx.oidc.body : ctx.query",
      '({ ...ctx.query, ...ctx.oidc.body })',
    ],
  ],
  'any details': [
    [
      'shared/check_rar',
      '!Object.hasOwn(richAuthorizationRequests.types, detail.type)',
      "(detail.type = 'graphql', false)",
    ],
  ],
  'device codes do not expire': [['actions/grants/device_code', 'code.isExpired', 'false']],
  'device codes need nobody': [['actions/grants/device_code', '!code.accountId && !code.error', 'false']],
  'a denial of a device is nothing': [
    ['actions/grants/device_code', 'throwIfAsyncGrantError(code)', 'undefined'],
  ],
  'any form for a device': [
    ['shared/xsrf', "!constantEquals(ctx.oidc.session.state.secret, ctx.oidc.params.xsrf || '')", 'false'],
  ],
  'codes of people are not used up': [
    ['actions/code_verification', 'code.error || code.accountId || code.inFlight', 'false'],
  ],
  'codes of people do not expire': [['actions/code_verification', 'code.isExpired', 'false']],
  'clients need no proof': [
    ['helpers/sender_constraints', '!dPoP && ctx.oidc.client.dpopBoundAccessTokens', 'false'],
  ],
  'proofs for tokens: method': [['helpers/validate_dpop', 'payload.htm !== ctx.method', 'false']],
  'proofs for tokens: address': [['helpers/validate_dpop', 'actual?.href !== expected', 'false']],
  'proofs for tokens: time': [['helpers/validate_dpop', 'diff > CHALLENGE_OK_WINDOW', 'false']],
  'proofs for tokens: once': [
    ['helpers/validate_dpop', '!dPoP || instance(provider).features.dPoP.allowReplay', 'true'],
  ],
  'proofs for tokens: signature': [
    [
      'helpers/validate_dpop',
      PROOF,
      "(([h, p]) => ({ protectedHeader: h, payload: p }))(proof.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url'))))",
    ],
  ],
  'a code is for any key': [
    ['helpers/grant_common', "gty === 'authorization_code' && source.dpopJkt && !dPoP", 'false'],
    [
      'helpers/grant_common',
      `gty === 'authorization_code'
    && dPoP && source.dpopJkt && source.dpopJkt !== dPoP.thumbprint`,
      'false',
    ],
  ],
};
