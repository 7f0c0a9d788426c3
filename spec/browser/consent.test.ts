import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { FEW, MANY } from './asking.ts';
import { findViolations, launch, openTab, overflow, picture, type Tab } from './browser.ts';
import { Jar, type Rig, signInAdmin, startRig } from './rig.ts';

let rig: Rig;
let browser: Browser;

beforeAll(async () => {
  rig = await startRig();
  await signInAdmin(rig, new Jar(rig.url));
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await rig?.close();
});

beforeEach(() => {
  rig.asked = FEW;
  rig.decided.length = 0;
});

const NOTE = 'Adds a note to an issue or a merge request.';
const DELETE = 'Delete project (mutation deleteProject)';

async function inTab(
  options: Parameters<typeof openTab>[2],
  work: (page: Page, tab: Tab) => Promise<void>,
): Promise<void> {
  const tab = await openTab(browser, rig, options);
  try {
    await tab.page.goto(`${rig.url}/try/consent`);
    await work(tab.page, tab);
    expect(tab.complaints).toEqual([]);
  } finally {
    await tab.close();
  }
}

describe('the consent page', () => {
  it('grants by mouse exactly what stays ticked, and leads back to the client', () =>
    inTab({ javaScriptEnabled: false }, async (page) => {
      await page.getByLabel(DELETE).uncheck();
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.waitForURL(`${rig.clientUrl}/cb?code=c`);
      expect(rig.decided).toEqual([
        {
          scopes: ['api:graphql:mutate:createNote'],
          granular: [],
          values: ['scope api:graphql:mutate:createNote'],
        },
      ]);
    }));

  it('grants everything that was shown where nothing is unticked', () =>
    inTab({}, async (page) => {
      rig.asked = MANY;
      await page.reload();
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.waitForURL(`${rig.clientUrl}/cb?code=c`);
      expect(rig.decided).toMatchObject([
        {
          scopes: [
            'openid',
            'offline_access',
            'api:graphql:mutate:createNote',
            'api:graphql:mutate:deleteProject',
            'read_api',
          ],
          granular: [
            { permissions: ['read_issue', 'create_note'], boundary: { project: 'acme/web' } },
            { permissions: ['read_issue'], boundary: 'user' },
          ],
        },
      ]);
    }));

  it('can be worked by the keyboard alone', () =>
    inTab({}, async (page) => {
      const stops: string[] = [];
      const focused = () =>
        page.evaluate(() => {
          const { activeElement: at } = (globalThis as never as { document: { activeElement: never } })
            .document;
          const { id, textContent, tagName } = at as { id: string; textContent: string; tagName: string };
          return tagName === 'INPUT' ? id : textContent.trim();
        });
      for (let stop = 0; stop < 5; stop += 1) {
        await page.keyboard.press('Tab');
        stops.push(await focused());
        if (stops.at(-1) === 'grant-0-1') await page.keyboard.press('Space');
      }
      expect(stops).toEqual(['Not you? Sign out', 'grant-0-0', 'grant-0-1', 'Allow what is ticked', 'Deny']);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${rig.clientUrl}/cb?code=c`);
      expect(rig.decided).toMatchObject([{ scopes: ['api:graphql:mutate:createNote'] }]);
    }));

  it('takes Enter within the list for no decision, and keeps what is ticked', () =>
    inTab({}, async (page) => {
      await page.getByLabel(DELETE).uncheck();
      await page.getByLabel(NOTE).press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toContain('Choose “Allow” or “Deny”.');
      expect(rig.decided).toEqual([]);
      expect(await page.getByLabel(NOTE).isChecked()).toBe(true);
      expect(await page.getByLabel(DELETE).isChecked()).toBe(false);
    }));

  it('would not lead anywhere that its policy does not name', async () => {
    const { page, complaints, close } = await openTab(browser, rig);
    try {
      await page.goto(`${rig.url}/try/consent-kept`);
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await expect.poll(() => complaints.join()).toContain('form-action');
      expect(page.url()).toBe(`${rig.url}/try/consent-kept`);
    } finally {
      await close();
    }
  });

  it('denies by its own button', () =>
    inTab({}, async (page) => {
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForURL(`${rig.clientUrl}/cb?code=c`);
      expect(rig.decided).toEqual(['deny']);
    }));

  it('says at the boxes that nothing is ticked, with the focus there', () =>
    inTab({}, async (page) => {
      for (const label of [NOTE, DELETE]) await page.getByLabel(label).uncheck();
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.title()).toBe('Error: Allow Release notes? · Ambit');
      expect(await page.getByRole('alert').innerText()).toContain('Nothing is ticked.');
      const box = page.getByLabel(DELETE);
      expect(await box.getAttribute('aria-invalid')).toBe('true');
      expect(await box.getAttribute('aria-describedby')).toContain('consent-error');
      expect(await page.locator('#consent-error').count()).toBe(1);
      expect(await page.locator(':focus').getAttribute('role')).toBe('alert');
      await picture(page, 'consent-error');
      expect(await findViolations(page)).toEqual([]);
      expect(rig.decided).toEqual([]);
      await page.getByLabel(NOTE).check();
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.waitForURL(`${rig.clientUrl}/cb?code=c`);
      expect(rig.decided).toMatchObject([{ scopes: ['api:graphql:mutate:createNote'] }]);
    }));

  it('refuses a value that it did not show', () =>
    inTab({}, async (page) => {
      await page.locator('#grant-0-1').evaluate((box) => box.setAttribute('value', 'scope api'));
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toContain('did not show');
      expect(rig.decided).toEqual([]);
    }));

  it('says in words which wishes grow', () =>
    inTab({}, async (page) => {
      rig.asked = MANY;
      await page.reload();
      expect(await page.getByText('also everything that this API gets later').count()).toBe(1);
      const box = page.getByLabel('Everything that you may see in this API, without changing anything');
      const described = (await box.getAttribute('aria-describedby')) ?? '';
      const grows = described.split(' ').find((id) => id.endsWith('-grows'));
      expect(await page.locator(`#${grows}`).innerText()).toContain('everything that this API gets later');
      const legends = await page.locator('legend').allInnerTexts();
      expect(legends).toEqual([
        'About you',
        'Everywhere you have access',
        'In the project “acme/web” and what lies below it',
        'In your own account',
      ]);
      expect(await page.getByText('30 days at most').count()).toBe(1);
    }));

  it('signs out whoever it is not, and asks again who is there', () =>
    inTab({}, async (page) => {
      await page.getByRole('button', { name: 'Not you? Sign out' }).click();
      await page.waitForURL(`${rig.url}/sign-in?return=%2Ftry%2Fconsent`);
      await page.goto(`${rig.url}/try/consent`);
      expect(page.url()).toBe(`${rig.url}/sign-in?return=%2Ftry%2Fconsent`);
    }));

  it('is not shown within a page of another origin', async () => {
    const { page, complaints, close } = await openTab(browser, rig);
    try {
      rig.clientPages.set(
        '/frame',
        `<iframe src="${rig.url}/try/consent" width="600" height="400"></iframe>`,
      );
      await page.goto(`${rig.clientUrl}/frame`);
      await expect.poll(() => complaints.join()).toContain("frame-ancestors 'none'");
      expect(await page.frames().at(-1)?.content()).not.toContain('Release notes');
    } finally {
      await close();
    }
  });
});

const HOSTILE: readonly (readonly [string, string, string])[] = [
  ['a turned direction', '\u202Egro.live\u202C\u2066Bank\u2069', 'gro.liveBank'],
  ['characters without width', 'B\u200Ba\u200Dn\u2060k\uFEFF \u3164\u00AD', 'Bank'],
  [
    'markup',
    '<img src=x onerror=alert(1)><script>alert(2)</script>"\'&',
    '<img src=x onerror=alert(1)><script>alert(2)</script>"\'&',
  ],
  ['10,000 characters', 'A'.repeat(10_000), `${'A'.repeat(79)}…`],
  ['heaps of marks', `Z${'\u0335'.repeat(500)}`, 'Z\u0335\u0335\u0335'],
  ['nothing that can be seen', '\u200B\u202E\u3164', 'an application without a name'],
  ['line breaks', 'Notes\n\n\nhttps://good.example', 'Notes https://good.example'],
];

describe('a client that calls itself by', () => {
  it.each(HOSTILE)('%s is shown as plain text', (title, name, shown) =>
    inTab({ viewport: { width: 320, height: 640 } }, async (page) => {
      rig.asked = { ...FEW, client: { name, host: 'notes.example.com' } };
      await page.reload();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
        `Allow ${shown} to use this API for you?`,
      );
      expect(await page.getByText('notes.example.com').count()).toBe(1);
      expect(await page.locator('main img, script').count()).toBe(0);
      expect(await overflow(page)).toBe(0);
      await picture(page, `hostile-${title.replace(/\W+/g, '-')}`);
    }),
  );
});
