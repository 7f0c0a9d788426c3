import { join } from 'node:path';

import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

import type { Rig } from './rig.ts';
import { OWN_PASSWORD } from './rig.ts';

/** The Chromium that is found on this machine; `AMBIT_CHROMIUM` names another. */
export const CHROMIUM: string = process.env['AMBIT_CHROMIUM'] || '/usr/bin/chromium';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

export interface Tab {
  readonly page: Page;
  /** What the browser said against the page: a breach of the policy, a script that failed. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A tab of a new browser profile, signed in unless told otherwise. */
export async function openTab(
  browser: Browser,
  rig: Rig,
  options: BrowserContextOptions & { readonly signedIn?: boolean } = {},
): Promise<Tab> {
  const { signedIn = true, ...rest } = options;
  const context = await browser.newContext(rest);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  if (signedIn) await signInTab(page, rig);
  return { page, complaints, close: () => context.close() };
}

export async function signInTab(page: Page, rig: Rig): Promise<void> {
  await page.goto(`${rig.url}/sign-in`);
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill(OWN_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds, in a form that tells where. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
    };
    const options = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
    return (await axe.run(options)).violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} (${failureSummary})`),
  );
}

/** How many pixels a page is wider than what it is seen through. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { documentElement: root } = (
      globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
    ).document;
    return root.scrollWidth - root.clientWidth;
  });
}

/** Keeps a picture of the page where `AMBIT_SCREENSHOTS` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['AMBIT_SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
