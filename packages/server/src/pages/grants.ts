import { html } from 'hono/html';

import { csrfField, type Html, layout } from './layout.ts';
import { showable } from './showable.ts';

const TEXT_LENGTH = 600;

/** What a person allowed one application, in words. */
export interface GrantView {
  /** What the form sends for it. */
  readonly ref: string;
  readonly clientName: string;
  readonly since: Date;
  readonly until: Date;
  readonly groups: readonly {
    readonly heading: string;
    readonly items: readonly { readonly label: string; readonly name: string }[];
  }[];
}

export interface GrantsView {
  readonly csrf: string;
  readonly formAction: string;
  readonly grants: readonly GrantView[];
  /** Whether one was ended just now. */
  readonly ended: boolean;
}

/** What a person allowed applications, each with a button that ends it. The form sends `grant`. */
export function renderGrants(view: GrantsView): Html {
  const { grants, ended } = view;
  const main = html`<h1>Applications that act for you</h1>
${ended ? html`<p role="status"><strong>That access is ended.</strong> The application can do nothing for you any more until you allow it again.</p>` : ''}
${grants.length === 0 ? html`<p>You have allowed no application to use this API for you.</p>` : html`<p>You allowed these applications to use this API for you. What you end here ends at once.</p>`}
${grants.map((grant, at) => section(view, grant, `application-${at}`))}
<p><a class="button" href="/account">To your account</a></p>`;
  return layout({ title: 'Applications that act for you', main });
}

function section({ csrf, formAction }: GrantsView, grant: GrantView, id: string): Html {
  const name = showable(grant.clientName) || 'an application without a name';
  return html`<article aria-labelledby="${id}">
<h2 id="${id}"><bdi>${name}</bdi></h2>
<dl>
<dt>Allowed</dt><dd>${moment(grant.since)}</dd>
<dt>Ends</dt><dd>${moment(grant.until)} at the latest</dd>
</dl>
${grant.groups.map(
  ({ heading, items }) => html`<h3>${showable(heading, TEXT_LENGTH)}</h3>
<ul>${items.map(({ label, name: word }) => html`<li><bdi>${showable(label, TEXT_LENGTH) || showable(word, TEXT_LENGTH)}</bdi></li>`)}</ul>`,
)}
${grant.groups.length === 0 ? html`<p>It may do nothing any more: all that you allowed it was taken from it since.</p>` : ''}
<form method="post" action="${formAction}">
${csrfField(csrf)}<input type="hidden" name="grant" value="${grant.ref}">
<div class="actions"><button type="submit" id="${id}-end" aria-labelledby="${id}-end ${id}">End its access</button></div>
</form>
</article>`;
}

function moment(date: Date): Html {
  const text = date.toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
