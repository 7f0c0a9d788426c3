import type { Browser } from '../browser.ts';
import { boxesOf } from '../browser.ts';
import { type Check, checksOf } from './check.ts';
import { type Client, SEARCH } from './clients.ts';
import { formOf, type Kit, later, outcome, type Params } from './kit.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

interface Started {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
}

const ask = (kit: Kit, client: Client, more: Params = {}): Promise<Response> =>
  kit.post('/oauth/device_authorization', client, { scope: SEARCH, ...more });

const started = async (kit: Kit): Promise<Started> =>
  (await (await ask(kit, kit.clients.television)).json()) as Started;

const poll = (kit: Kit, { device_code }: Started, client: Client = kit.clients.television): Promise<string> =>
  outcome(kit.token(client, { grant_type: DEVICE, device_code }));

const tokenOf = (page: string): string => /name="(?:xsrf|csrf)" value="([^"]*)"/.exec(page)?.[1] ?? '';

/** Sends the form in which a code is typed, with changes; gives the page that comes, or where it leads. */
async function typed(
  browser: Browser,
  { user_code, verification_uri }: Started,
  change: Params = {},
): Promise<Response> {
  const page = await (await browser.go(verification_uri)).text();
  return browser.go(verification_uri, formOf({ xsrf: tokenOf(page), user_code, ...change }));
}

/** Says that the code is shown by the own device; gives the page of consent, or where it leads. */
async function confirmed(browser: Browser, device: Started): Promise<string | undefined> {
  const answer = await typed(browser, device);
  const sure = { xsrf: tokenOf(await answer.text()), user_code: device.user_code, confirm: 'yes' };
  return (await browser.go(device.verification_uri, formOf(sure))).headers.get('location') ?? undefined;
}

async function decided(kit: Kit, device: Started, decision: 'allow' | 'deny'): Promise<void> {
  const browser = kit.browser();
  const consent = await browser.follow(
    new URL((await confirmed(browser, device)) ?? '', kit.site.issuer).href,
  );
  const form = formOf({ csrf: browser.csrf, decision, grant: boxesOf(await consent.answer.text()) });
  const to = (await browser.go(consent.url, form)).headers.get('location') ?? '';
  await browser.follow(new URL(to, consent.url).href);
}

/** Whether a typed code leads on to the question whose device it is. */
async function said(answer: Response): Promise<string> {
  const isAsked = /name="confirm"/.test(await answer.text());
  return isAsked ? 'goes on' : 'cannot be used';
}

/** Device authorization. */
export const DEVICES: readonly Check[] = checksOf('8628', [
  [
    '3.1',
    'client-not-allowed',
    'a client without this grant gets no device code',
    '400 invalid_request',
    'device authorization for any client',
    '200',
    (kit) => outcome(ask(kit, kit.clients.page)),
  ],
  [
    '3.1',
    'secret-wrong',
    'nor does a client with a wrong secret',
    '401 invalid_client',
    'any secret',
    '400 invalid_request',
    (kit) => outcome(ask(kit, { ...kit.clients.machine, secret: 'wrong' })),
  ],
  [
    '3.1',
    'scope-beyond',
    'a scope beyond the ceiling is refused',
    '400 invalid_scope',
    'no ceiling',
    '200',
    (kit) => outcome(ask(kit, kit.clients.television, { scope: 'tilores/record.other' })),
  ],
  [
    '3.5',
    'nobody-yet',
    'a device gets nothing before somebody has allowed it',
    '400 authorization_pending',
    'device codes need nobody',
    '400 invalid_grant',
    async (kit) => poll(kit, await started(kit)),
  ],
  [
    '3.5',
    'too-fast',
    'a device that asks again within five seconds is told to slow down',
    '400 slow_down',
    'devices may ask at any time',
    '400 authorization_pending',
    async (kit) => {
      const device = await started(kit);
      await poll(kit, device);
      return later(4, () => poll(kit, device));
    },
  ],
  [
    '3.5',
    'too-fast-longer',
    'and has to wait five seconds longer from then on',
    '400 slow_down',
    'devices wait no longer',
    '400 authorization_pending',
    async (kit) => {
      const device = await started(kit);
      await poll(kit, device);
      await later(4, () => poll(kit, device));
      return later(4 + 9, () => poll(kit, device));
    },
  ],
  [
    '3.5',
    'too-fast-forgotten',
    'also when it has kept to that once',
    '400 slow_down',
    'intervals begin anew',
    '400 authorization_pending',
    async (kit) => {
      const device = await started(kit);
      await poll(kit, device);
      await later(4, () => poll(kit, device));
      await later(4 + 11, () => poll(kit, device));
      return later(4 + 11 + 9, () => poll(kit, device));
    },
  ],
  [
    '3.5',
    'denied',
    'nor when somebody has denied it',
    '400 access_denied',
    'a denial of a device is nothing',
    '400 invalid_grant',
    async (kit) => {
      const device = await started(kit);
      await decided(kit, device, 'deny');
      return poll(kit, device);
    },
  ],
  [
    '3.5',
    'expired',
    'a device code of more than ten minutes ago is over',
    '400 expired_token',
    'device codes do not expire',
    '200',
    async (kit) => {
      const device = await started(kit);
      await decided(kit, device, 'allow');
      return later(601, () => poll(kit, device));
    },
  ],
  [
    '3.4',
    'other-client',
    'a device code of another client is refused',
    '400 invalid_grant',
    'codes of any client',
    '200',
    async (kit) => {
      const device = await started(kit);
      await decided(kit, device, 'allow');
      return poll(kit, device, kit.clients.neighbour);
    },
  ],
  [
    '3.4',
    'twice',
    'a device code gives tokens once',
    '400 invalid_grant',
    'codes are not used up',
    '200',
    async (kit) => {
      const device = await started(kit);
      await decided(kit, device, 'allow');
      await poll(kit, device);
      return poll(kit, device);
    },
  ],
  [
    '3.4',
    'guessed',
    'a device code that nobody was given is refused',
    '400 invalid_grant',
    { none: 'there is nothing that it could be the code of' },
    '',
    (kit) => poll(kit, { device_code: 'x'.repeat(43), user_code: '', verification_uri: '' }),
  ],
  [
    '5.4',
    'form-forged',
    'a form that another site made types no code',
    'cannot be used',
    'any form for a device',
    'goes on',
    async (kit) => said(await typed(kit.browser(), await started(kit), { xsrf: 'x' })),
  ],
  [
    '5.1',
    'code-used',
    'a code that somebody typed is not typed again',
    'cannot be used',
    'codes of people are not used up',
    'goes on',
    async (kit) => {
      const device = await started(kit);
      await decided(kit, device, 'allow');
      return said(await typed(kit.browser(), device));
    },
  ],
  [
    '5.1',
    'code-expired',
    'a code of more than ten minutes ago is not typed',
    'cannot be used',
    'codes of people do not expire',
    'goes on',
    async (kit) => {
      const device = await started(kit);
      return later(601, async () => said(await typed(kit.browser(), device)));
    },
  ],
]);
