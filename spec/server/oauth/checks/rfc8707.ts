import { type Check, checksOf } from './check.ts';
import { NOTES, SEARCH } from './clients.ts';
import { type Kit, outcome, type Params } from './kit.ts';

const NO = '400 invalid_target';
const own = (resource: Params['resource']) => (kit: Kit) => outcome(kit.own({ resource }));

/** Resource indicators. */
export const RESOURCES: readonly Check[] = checksOf('8707', [
  [
    '2.2',
    'elsewhere',
    'there is no token for another resource',
    NO,
    'any resource',
    '200',
    own('https://other.test/'),
  ],
  [
    '2.2',
    'beside',
    'nor for another path of this server',
    NO,
    'any resource',
    '200',
    async (kit) => outcome(kit.own({ resource: `${kit.resource}/` })),
  ],
  [
    '2',
    'fragment',
    'nor for the resource with a fragment',
    NO,
    'any form of resource',
    '200',
    async (kit) => outcome(kit.own({ resource: `${kit.resource}#a` })),
  ],
  ['2', 'relative', 'nor for a path alone', NO, 'any form of resource', '200', own('/graphql')],
  [
    '2',
    'several',
    'nor for several at once',
    NO,
    'any number of resources',
    '200',
    async (kit) => outcome(kit.own({ resource: [kit.resource, 'https://other.test/'] })),
  ],
  [
    '2.1',
    'elsewhere-authorize',
    'no person is asked for another resource',
    'invalid_target',
    'any resource',
    'asked',
    (kit) => kit.authorize({ resource: 'https://other.test/' }),
  ],
  [
    '2.2',
    'elsewhere-code',
    'a code is not redeemed for another resource',
    NO,
    'any granted resource',
    '200',
    async (kit) => outcome(kit.redeem(await kit.coded(), { resource: 'https://other.test/' })),
  ],
  [
    '2.2',
    'elsewhere-refresh',
    'nor a refresh token',
    NO,
    'any granted resource',
    '200',
    async (kit) =>
      outcome(kit.refresh((await kit.tokens()).refresh_token, { resource: 'https://other.test/' })),
  ],
]);

const BAD = '400 invalid_authorization_details';
const details =
  (detail: unknown, more: Params = {}) =>
  (kit: Kit) =>
    outcome(
      kit.own({
        scope: undefined,
        authorization_details: typeof detail === 'string' ? detail : JSON.stringify(detail),
        ...more,
      }),
    );

/** What a request gives that is allowed, of its details. */
const given = (detail: object) => async (kit: Kit) => {
  const answer = await kit.own({ authorization_details: JSON.stringify([detail]) });
  const text = await answer.text();
  return text.includes('error')
    ? text.replace(/.*"error":"(\w+)".*/, '$1')
    : text.replace(/.*"project":"([^"]*)".*/, '$1');
};

const OTHER_PLACE = { ...NOTES, boundary: { project: 'acme/api' } };

/** Rich authorization requests. */
export const DETAILS: readonly Check[] = checksOf('9396', [
  [
    '5',
    'type-unknown',
    'details of another type are refused',
    BAD,
    'any details',
    '200',
    details([{ ...NOTES, type: 'other' }]),
  ],
  [
    '5',
    'type-missing',
    'and those without a type',
    BAD,
    { none: 'without a type there are no details that could be given' },
    '',
    details([{ permissions: NOTES.permissions, boundary: NOTES.boundary }]),
  ],
  [
    '5',
    'field-unknown',
    'and those with a field that there is not',
    BAD,
    'any details',
    '200',
    details([{ ...NOTES, extra: 1 }]),
  ],
  [
    '5',
    'permission-unknown',
    'and those with a permission that the API does not have',
    BAD,
    'any names in details',
    '200',
    details([{ ...NOTES, permissions: ['read_note', 'read_everything'] }]),
  ],
  [
    '5',
    'beyond',
    'permissions in a place beyond the ceiling are refused',
    BAD,
    'no ceiling',
    '200',
    details([OTHER_PLACE]),
  ],
  [
    '5',
    'beyond-beside',
    'asked for beside a scope they are, too',
    'invalid_authorization_details',
    'no ceiling',
    'acme/api',
    given(OTHER_PLACE),
  ],
  [
    '5',
    'beyond-authorize',
    'and no person is asked for them',
    'invalid_authorization_details',
    'no ceiling',
    'asked',
    (kit) => kit.authorize({ scope: SEARCH, authorization_details: JSON.stringify([OTHER_PLACE]) }),
  ],
  [
    '5',
    'field-unknown-authorize',
    'nor for details with a field that there is not',
    'invalid_authorization_details',
    'any details',
    'asked',
    (kit) => kit.authorize({ authorization_details: JSON.stringify([{ ...NOTES, extra: 1 }]) }),
  ],
  [
    '5',
    'malformed',
    'what is no JSON is refused',
    BAD,
    'details that cannot be read',
    '200',
    details('[{', { scope: SEARCH }),
  ],
  [
    '2',
    'twice',
    'details that come twice are refused',
    '400 invalid_request',
    'parameters may come twice',
    '200',
    (kit) => outcome(kit.own({ authorization_details: [JSON.stringify([NOTES]), JSON.stringify([NOTES])] })),
  ],
]);
