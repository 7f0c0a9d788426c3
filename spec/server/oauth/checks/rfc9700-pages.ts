import { type Browser, boxesOf } from '../browser.ts';
import type { Row } from './check.ts';
import { FIELD, SEARCH } from './clients.ts';
import { challengeOf, formOf, type Kit, type Params } from './kit.ts';

/** The page on which alice is asked, in her browser. */
async function page(
  kit: Kit,
): Promise<{ readonly browser: Browser; readonly url: string; readonly answer: Response }> {
  const browser = kit.browser();
  return { browser, ...(await browser.follow(kit.begin({}))) };
}

const header =
  (name: string, pick: RegExp) =>
  async (kit: Kit): Promise<string> => {
    const text = (await page(kit)).answer.headers.get(name) ?? 'none';
    return pick.exec(text)?.[0] ?? text;
  };

/** Sends the form of the page, with changes, as a browser of a site of ours or of another. */
async function decided(kit: Kit, change: Params, site?: string): Promise<string> {
  const { browser, url, answer } = await page(kit);
  const form = { csrf: browser.csrf, decision: 'allow', grant: boxesOf(await answer.text()), ...change };
  const sent = await browser.go(url, formOf(form), site === undefined ? {} : { 'sec-fetch-site': site });
  return `${sent.status}`;
}

/** What people see, and what comes back of it. */
export const PAGES: readonly Row[] = [
  [
    '4.16',
    'frames',
    'no page may hold the page of consent in a frame',
    "frame-ancestors 'none'",
    'pages in frames',
    'frame-ancestors *',
    header('content-security-policy', /frame-ancestors [^;]+/),
  ],
  [
    '4.16',
    'frames-old',
    'nor where a browser knows the older header only',
    'DENY',
    'pages in frames',
    'ALLOWALL',
    header('x-frame-options', /.*/),
  ],
  [
    '4.16',
    'scripts',
    'the page of consent runs nothing',
    "default-src 'none'",
    'pages with scripts',
    'default-src *',
    header('content-security-policy', /default-src [^;]+/),
  ],
  [
    '4.2.4',
    'referrer',
    'the page of consent is not referred to',
    'no-referrer',
    'pages that are referred to',
    'unsafe-url',
    header('referrer-policy', /.*/),
  ],
  [
    '4.3.1',
    'page-kept',
    'the page of consent stays in no cache',
    'no-store',
    'pages that are kept',
    'public',
    header('cache-control', /.*/),
  ],
  [
    '4.12',
    'see-other',
    'what follows the form of consent does not get the form',
    '303',
    'redirects that repeat a form',
    '307',
    (kit) => decided(kit, {}),
  ],
  [
    '4.7',
    'form-forged',
    'a form of consent that another site made is refused',
    '403',
    'forms of other sites',
    '303',
    (kit) => decided(kit, { csrf: 'x' }),
  ],
  [
    '4.7',
    'form-of-a-site',
    'nor is one taken that a browser says comes from another site',
    '403',
    'requests of other sites',
    '303',
    (kit) => decided(kit, {}, 'cross-site'),
  ],
  [
    '4.15',
    'box-not-shown',
    'a form that allows what was not shown is refused',
    '400',
    'what was not shown',
    '303',
    (kit) => decided(kit, { grant: [`scope ${SEARCH}`, `scope ${FIELD}`] }),
  ],
  [
    '4.15',
    'consent-of-another',
    'what began for one person is not granted by another who has signed in to the same browser',
    '400',
    'consent of somebody else',
    '200',
    async (kit) => {
      const browser = kit.browser();
      await kit.allowed(kit.begin({}), browser);
      const { url } = await browser.follow(kit.begin({ prompt: 'consent' }));
      const answer = await browser.as(await kit.site.signIn('bob')).go(url);
      return `${answer.status}`;
    },
  ],
  [
    '4.11',
    'open-redirector',
    'signing in leads to no other host',
    'here',
    'return to anywhere',
    'elsewhere',
    async (kit) => {
      const answer = await kit
        .browser()
        .go(`${kit.site.issuer}/sign-in?return=${encodeURIComponent('https://evil.test/')}`);
      const to = new URL(answer.headers.get('location') ?? '', kit.site.issuer);
      return to.origin === kit.site.issuer ? 'here' : 'elsewhere';
    },
  ],
  [
    '4.11',
    'unknown-client',
    'a client that nobody knows has nobody sent anywhere',
    'page 400',
    { none: 'there is no client whose address could be believed' },
    '',
    (kit) =>
      kit.authorize({
        client_id: 'cli_unknown',
        redirect_uri: 'https://evil.test/',
        code_challenge: challengeOf('x'),
      }),
  ],
];
