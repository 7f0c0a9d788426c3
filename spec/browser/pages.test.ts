import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { MANY } from './asking.ts';
import { findViolations, launch, openTab, overflow, picture } from './browser.ts';
import { Jar, OWN_PASSWORD, type Rig, signInAdmin, startRig } from './rig.ts';

let rig: Rig;
let browser: Browser;

beforeAll(async () => {
  rig = await startRig();
  rig.asked = MANY;
  await signInAdmin(rig, new Jar(rig.url));
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await rig?.close();
});

/** Every page: its name, where it is, and whether somebody is signed in there. */
const PAGES: readonly (readonly [string, string, boolean])[] = [
  ['sign-in', '/sign-in', false],
  ['signed-out', '/signed-out', false],
  ['account', '/account', true],
  ['change-password', '/change-password', true],
  ['consent', '/try/consent', true],
  ['device', '/try/device', true],
  ['device-wrong', '/try/device-wrong', true],
  ['device-confirm', '/try/device-confirm', true],
  ['device-done', '/try/device-done', true],
  ['device-refused', '/try/device-refused', true],
  ['trouble', '/try/trouble', true],
  ['defect', '/try/defect', true],
];

const SIZES = [
  ['wide', { viewport: { width: 1280, height: 800 } }],
  ['320 pixels wide', { viewport: { width: 320, height: 640 } }],
  ['at 200 %', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
] as const;

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it.each(PAGES)(
    '%s: axe-core finds nothing, nothing is cut off, the policy holds',
    async (name, path, signedIn) => {
      const tab = await openTab(browser, rig, { colorScheme, signedIn });
      try {
        for (const [size, { viewport }] of SIZES) {
          await tab.page.setViewportSize(viewport);
          await tab.page.goto(`${rig.url}${path}`);
          expect(await overflow(tab.page)).toBe(0);
          expect(await tab.page.locator('h1').count()).toBe(1);
          await picture(tab.page, `${name}-${colorScheme}-${size.replace(/\W+/g, '-')}`);
        }
        expect(await findViolations(tab.page)).toEqual([]);
        expect(tab.complaints.filter((text) => !text.includes('status of 500'))).toEqual([]);
      } finally {
        await tab.close();
      }
    },
  );
});

describe('the pages', () => {
  it('work without script: a wrong password, the right one, a new one, out again', async () => {
    const { page, close } = await openTab(browser, rig, { javaScriptEnabled: false, signedIn: false });
    try {
      await page.goto(`${rig.url}/change-password`);
      await page.getByLabel('Name').fill('admin');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      expect(await page.getByRole('alert').innerText()).toContain('do not belong together');
      expect(await page.locator(':focus').getAttribute('role')).toBe('alert');
      expect(await page.getByLabel('Password').getAttribute('aria-describedby')).toBe('sign-in-error');
      await picture(page, 'sign-in-error');
      await page.getByLabel('Password').fill(OWN_PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${rig.url}/account`);
      await page.getByRole('link', { name: 'Change the password' }).click();
      await page.getByLabel('Present password').fill(OWN_PASSWORD);
      await page.getByLabel('New password', { exact: true }).fill('short');
      await page.getByLabel('New password, once more').fill('short');
      await page.getByRole('button', { name: 'Change the password' }).click();
      expect(await page.getByRole('alert').innerText()).toContain('5 characters; it needs at least 12');
      await picture(page, 'change-password-error');
      await page.getByLabel('Present password').fill(OWN_PASSWORD);
      await page.getByLabel('New password', { exact: true }).fill('nine loud herons');
      await page.getByLabel('New password, once more').fill('nine loud herons');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByText('Your password is changed.').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(`${rig.url}/signed-out`);
      await page.goto(`${rig.url}/account`);
      expect(page.url()).toBe(`${rig.url}/sign-in`);
    } finally {
      await close();
    }
  });

  it('tell nothing of the inside when they fail', async () => {
    const answer = await fetch(`${rig.url}/try/defect`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret detail');
  });

  it('take no form that a page of another origin posts', async () => {
    const { page, close } = await openTab(browser, rig, { signedIn: false });
    try {
      rig.clientPages.set(
        '/forge',
        `<form method="post" action="${rig.url}/sign-out"><input name="csrf" value="x"><button>go</button></form>`,
      );
      await page.goto(`${rig.clientUrl}/forge`);
      await page.getByRole('button').click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toContain('This form is too old');
    } finally {
      await close();
    }
  });
});
