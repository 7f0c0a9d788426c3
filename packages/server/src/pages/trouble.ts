import { html } from 'hono/html';

import { type Html, layout } from './layout.ts';

/** A page that says what cannot be done, in a sentence for people. */
export function renderTrouble(title: string, sentence: string): Html {
  const main = html`<h1>${title}</h1>
<div class="problem" role="alert"><p>${sentence}</p></div>
<p><a href="/account">To your account</a></p>`;
  return layout({ title, main, failed: true });
}
