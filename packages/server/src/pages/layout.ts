import { createHash } from 'node:crypto';

import { html, raw } from 'hono/html';

import { STYLE } from './style.ts';

/** HTML in which every text from outside is escaped. */
export type Html = ReturnType<typeof html>;

export interface PageParts {
  /** The title of the tab; the page's name is put after it. */
  readonly title: string;
  readonly main: Html;
  /** Whether something is wrong: said first in the title, which is what is read out first. */
  readonly failed?: boolean | undefined;
}

// The stylesheet stands in the page, so that a page is one answer; the policy names it by its hash.
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

/** What `style-src` has for the stylesheet (CSP level 3, 2.3.1). */
export const STYLE_SOURCE: string = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** A whole page: plain HTML that needs no script. */
export function layout({ title, main, failed }: PageParts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${failed === true ? 'Error: ' : ''}${title} · Ambit</title>
${STYLE_ELEMENT}
</head>
<body>
<main>
${main}
</main>
<footer>This page comes from Ambit, which guards this API.</footer>
</body>
</html>
`;
}

/** What was wrong with a form: first in the page, focused, and named by the fields that it is about. */
export function problem(id: string, sentence: string | undefined): Html | '' {
  if (sentence === undefined) return '';
  return html`<div class="problem" role="alert" tabindex="-1" autofocus><p id="${id}"><strong>Error:</strong> ${sentence}</p></div>`;
}

/** The hidden field that every form has. */
export function csrfField(token: string): Html {
  return html`<input type="hidden" name="csrf" value="${token}">`;
}
