import type { WeakeningTable } from './weakenings.ts';

const SECRET = 'timingSafeEqual(Buffer.from(hashOf(presented)), Buffer.from(this.clientSecret))';
const UNSIGNED =
  "(([h, p]) => ({ protectedHeader: h, payload: p }))(proof.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url'))))";
const VERIFY = `jwtVerify(proof, EmbeddedJWK, {
            algorithms: [...DPOP_ALGORITHMS],
            typ: 'dpop+jwt',
        })`;
const FIRST = 'isFirst(store, `$' + '{jkt} $' + '{jti}`, new Date((iat + 2 * WINDOW_SECONDS) * 1_000))';
const CEILING = `parts.narrow(ceilingOf(client), {
        scopes: first.scopes ?? [],
        granular: first.granular ?? [],
    })`;
const ENDED = 'expiresAt <= parts.now()';

/** Defences of our own, each taken out of the built server as it is loaded. */
export const OURS: WeakeningTable = {
  'any secret': [['oauth/provider', SECRET, 'true']],
  'disabled clients': [
    [
      'oauth/client-adapter',
      'client === undefined || client.disabledAt !== undefined',
      'client === undefined',
    ],
  ],
  'tokens of disabled clients': [
    ['oauth/live', 'client === undefined || client.disabledAt !== undefined', 'client === undefined'],
    [
      'oauth/client-adapter',
      'client === undefined || client.disabledAt !== undefined',
      'client === undefined',
    ],
  ],
  'no ceiling': [
    [
      'oauth/limits',
      'parts.narrow(ceilingOf(client), { scopes, granular })',
      '({ grants: { scopes, granular } })',
    ],
    [
      'oauth/limits',
      'parts.narrow(ceilingOf(client), { granular: wanted })',
      '({ grants: { granular: wanted } })',
    ],
  ],
  'nothing may be asked': [
    [
      'oauth/limits',
      'isNothing && isOfSource === undefined && ctx.oidc.entities.DeviceCode === undefined',
      'false',
    ],
  ],
  'codes do not expire': [['oauth/live', 'expiresAt <= parts.now()', 'false']],
  'any resource': [['oauth/limits', 'resource === parts.resource', 'true']],
  'GET like POST': [
    [
      'oauth/oauth',
      'keyed.answer(asIssuer(read, config.issuer), response)',
      "keyed.answer(asIssuer(Object.assign(read, { method: 'POST' }), config.issuer), response)",
    ],
  ],
  'details that cannot be read': [
    ['oauth/details', "typeof text === 'string' ? parsed(text) : undefined", '[]'],
  ],
  'any number of resources': [['oauth/limits', 'resource === parts.resource', 'true']],
  'any form of resource': [['oauth/limits', 'resource === parts.resource', 'true']],
  'any granted resource': [['oauth/limits', 'resource === parts.resource', 'true']],
  'introspection by anybody': [['oauth/configuration', 'mayAsk(client, token.clientId)', 'true']],
  'revocation by anybody': [['oauth/configuration', 'mayRevoke(client, token.clientId)', 'true']],
  'any details': [
    [
      'oauth/details',
      'type === DETAIL_TYPE && Object.keys(detail).every((key) => KEYS.includes(key))',
      'true',
    ],
  ],
  'any names in details': [
    ['oauth/details', "checkGrants({ subject: 'somebody', granular: [grant] }).length > 0", 'false'],
  ],
  'tokens last for ever': [
    ['oauth/live', ENDED, 'false'],
    ['oauth/live', 'grant.expiresAt > now()', 'true'],
    ['oauth/live', 'end.toISOString()', "'2999-01-01T00:00:00.000Z'"],
    ['oauth/known', 'live.expiresAt > this.#parts.now()', 'true'],
    ['oauth/exchange', 'expiresIn < 1', 'false'],
    ['oauth/exchange', 'Math.min(form.accessTokenTTL ?? 0, left)', '(form.accessTokenTTL ?? 0)'],
  ],
  'parents are not looked up again': [
    ['oauth/live', 'record.parent !== undefined && parent === undefined', 'false'],
  ],
  'any type of token': [['oauth/exchange', 'token === undefined || type !== ACCESS', 'token === undefined']],
  'any type of result': [['oauth/exchange', 'wanted !== undefined && wanted !== ACCESS', 'false']],
  'exchange for elsewhere': [['oauth/exchange', 'resource ?? audience ?? gateway', 'gateway']],
  'actors are believed': [['oauth/exchange', "params['actor_token'] === undefined", 'true']],
  'narrowed tokens are exchanged': [
    ['oauth/oauth', "!('grants' in found) || found.credential.kind !== 'personal'", "!('grants' in found)"],
  ],
  'exchange without the key': [['oauth/exchange', 'jkt !== undefined && jkt !== thumbprint', 'false']],
  'exchange without end': [['oauth/exchange', 'subject.depth >= DEEPEST', 'false']],
  'exchange for more': [
    ['oauth/exchange', 'parts.narrow(held, { scopes, granular }).grants', '({ scopes, granular })'],
  ],
  'exchange beyond the ceiling': [
    [
      'oauth/exchange',
      CEILING,
      '({ grants: { scopes: first.scopes ?? [], granular: first.granular ?? [] } })',
    ],
  ],
  'exchange for longer': [
    ['oauth/exchange', 'Math.min(form.accessTokenTTL ?? 0, left)', '(form.accessTokenTTL ?? 0)'],
  ],
  'exchange of nothing': [['oauth/exchange', 'scopes.length === 0 && granular.length === 0', 'false']],
  'any scheme for a token': [
    ['oauth/oauth', "(jkt !== undefined) !== (scheme === 'dpop')", 'false'],
    ['oauth/oauth', 'check !== undefined && !(await isProven(check, store, now))', 'false'],
  ],
  'devices may ask at any time': [['oauth/polling', 'at - last.at < last.seconds * 1_000', 'false']],
  'intervals begin anew': [
    [
      'oauth/polling',
      'isTooSoon ? last.seconds + INTERVAL_SECONDS : last.seconds',
      'INTERVAL_SECONDS + (isTooSoon ? 5 : 0)',
    ],
  ],
  'devices wait no longer': [['oauth/polling', 'last.seconds + INTERVAL_SECONDS', 'last.seconds']],
  'proofs: signature': [['oauth/dpop', VERIFY, UNSIGNED]],
  'proofs: type': [['oauth/dpop', "'dpop+jwt'", 'undefined']],
  'proofs: key': [['oauth/dpop', '(await calculateJwkThumbprint(jwk)) !== jkt', 'false']],
  'proofs: method': [['oauth/dpop', 'htm === method', 'true']],
  'proofs: address': [['oauth/dpop', "typeof htu === 'string' && plain(htu) === plain(url)", 'true']],
  'proofs: time': [['oauth/dpop', 'Math.abs(seconds - iat) <= WINDOW_SECONDS', 'true']],
  'proofs: token': [['oauth/dpop', "ath === createHash('sha256').update(token).digest('base64url')", 'true']],
  'proofs: once': [['oauth/dpop', FIRST, 'true']],
  'proofs: id': [['oauth/dpop', "typeof jti !== 'string'", 'false']],
  'forms of other sites': [['pages/page', "!isCsrfToken(posted.get('csrf'), visit.secret)", 'false']],
  'requests of other sites': [
    ['pages/page', "!isOwnOrigin || (site !== null && site !== 'same-origin')", 'false'],
  ],
  'what was not shown': [
    ['consent/read', "sent.some((value) => typeof value !== 'string' || !shown.includes(value))", 'false'],
  ],
  'consent of somebody else': [
    ['oauth/interactions', 'accountId !== undefined && accountId !== signedIn.person.subject', 'false'],
  ],
  'pages in frames': [
    ['pages/headers', '"frame-ancestors \'none\'"', '"frame-ancestors *"'],
    ['pages/headers', "'DENY'", "'ALLOWALL'"],
  ],
  'pages that are referred to': [['pages/headers', "'no-referrer'", "'unsafe-url'"]],
  'pages with scripts': [['pages/headers', '"default-src \'none\'"', '"default-src *"']],
  'pages that are kept': [['pages/headers', "'no-store'", "'public'"]],
  'redirects that repeat a form': [['pages/page', '303', '307']],
  'return to anywhere': [
    ['people/returnto', '!/^\\/(?!\\/)[\\x21-\\x5b\\x5d-\\x7e]*$/.test(text)', 'false'],
    ['people/returnto', 'url?.origin !== base', 'false'],
    ['people/returnto', "path.startsWith('//') ? fallback : path", 'text'],
  ],
  'metadata of everything': [['oauth/provider', '!NOT_OURS.includes(name)', 'true']],
  'metadata as the library has it': [['oauth/provider', 'ctx.path === METADATA_PATH', 'false']],
  'issuers are not announced': [
    [
      'oauth/provider',
      'Object.fromEntries(kept)',
      '{ ...Object.fromEntries(kept), authorization_response_iss_parameter_supported: undefined }',
    ],
  ],
  'resource by its host': [
    ['oauth/resource', '`$' + '{issuer}/graphql`', '`http://$' + "{c.req.header('host')}/graphql`"],
  ],
  'host of the request': [
    ['oauth/provider', 'request.headers.host = host', 'undefined'],
    ['oauth/provider', "request.headers['x-forwarded-host'] = host", 'undefined'],
  ],
  'no word of the resource': [
    ['oauth/challenge', "answer.status !== 401 || theirs === null || !theirs.startsWith('Bearer')", 'true'],
  ],
};
