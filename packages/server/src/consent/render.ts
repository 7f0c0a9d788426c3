import { html } from 'hono/html';

import { lasting } from '../pages/lasting.ts';
import { csrfField, type Html, layout, problem } from '../pages/layout.ts';
import { showable } from '../pages/showable.ts';
import type { ConsentGroup, ConsentItem, ConsentView } from './view.ts';

const ERROR_ID = 'consent-error';
const TEXT_LENGTH = 600;

// What Enter in a box presses is the first button of the form. It must not allow, nor deny, what is being looked at.
const NO_DECISION = html`<button type="submit" name="decision" value="" hidden></button>`;

/** The consent page, whole. Send it with `pageHeaders([formTarget(redirectUri)])`. */
export function renderConsent(view: ConsentView): Html {
  const name = nameOf(view);
  const main = html`<h1>Allow <bdi>${name}</bdi> to use this API for you?</h1>
${problem(ERROR_ID, view.error)}
${asker(view, name)}
${onBehalf(view)}
<form method="post" action="${view.formAction}">
${csrfField(view.csrf)}
${NO_DECISION}
<h2>What it asks for</h2>
<p id="consent-hint">Untick what you do not want to allow. Only what is ticked is allowed.</p>
${view.groups.map((group, at) => fieldset(view, group, at))}
<p>${ending(view)}</p>
<div class="actions">
<button type="submit" name="decision" value="allow" class="main">Allow what is ticked</button>
<button type="submit" name="decision" value="deny">Deny</button>
</div>
</form>`;
  return layout({ title: `Allow ${name}?`, main, failed: view.error !== undefined });
}

/** The client's name as it can be shown. */
function nameOf({ client }: ConsentView): string {
  return showable(client.name) || 'an application without a name';
}

function asker({ client }: ConsentView, name: string): Html {
  const host = client.host === undefined ? undefined : showable(client.host, 253);
  const answer =
    host === undefined
      ? html`a device that you were asked to let in; it has no address that could be checked`
      : html`<code>${host}</code>`;
  return html`<dl>
<dt>Who asks</dt><dd><bdi>${name}</bdi> (the name under which it is registered here)</dd>
<dt>The answer goes to</dt><dd>${answer}</dd>
</dl>`;
}

function onBehalf({ person, csrf, returnTo }: ConsentView): Html {
  const name = showable(person.name);
  return html`<div class="who">
<p>It will act for you, <strong><bdi>${name}</bdi></strong> (<code>${showable(person.subject, 255)}</code>).</p>
<form method="post" action="/sign-out">${csrfField(csrf)}<input type="hidden" name="return" value="${returnTo}">
<button type="submit" class="link">Not you? Sign out</button></form>
</div>`;
}

function fieldset(view: ConsentView, group: ConsentGroup, at: number): Html {
  const describedBy = view.error === undefined ? 'consent-hint' : `${ERROR_ID} consent-hint`;
  return html`<fieldset aria-describedby="${describedBy}">
<legend>${showable(group.heading, TEXT_LENGTH)}</legend>
<ul class="boxes">
${group.items.map((item, index) => box(view, item, `grant-${at}-${index}`))}
</ul>
</fieldset>`;
}

function box(view: ConsentView, item: ConsentItem, id: string): Html {
  const isTicked = view.ticked === undefined || view.ticked.includes(item.value);
  const isWrong = view.error !== undefined && view.ticked?.length === 0;
  const described = [`${id}-about`, ...(item.grows ? [`${id}-grows`] : []), ...(isWrong ? [ERROR_ID] : [])];
  const label = showable(item.label, TEXT_LENGTH) || showable(item.name, TEXT_LENGTH);
  return html`<li>
<input type="checkbox" name="grant" value="${item.value}" id="${id}" aria-describedby="${described.join(' ')}"${isTicked ? html` checked` : ''}${isWrong ? html` aria-invalid="true"` : ''}>
<div><label for="${id}"><bdi>${label}</bdi></label>
<div id="${id}-about">${about(item)}</div>
${item.grows ? html`<p class="grows" id="${id}-grows"><strong>Grows:</strong> also everything that this API gets later.</p>` : ''}</div>
</li>`;
}

function about({ label, description, name }: ConsentItem): Html {
  const more = description === undefined ? '' : showable(description, TEXT_LENGTH);
  const isSaid = label.includes(name);
  return html`${more === '' ? '' : html`<p class="about">${more}</p>`}${isSaid ? '' : html`<p class="about"><code>${showable(name, TEXT_LENGTH)}</code></p>`}`;
}

function ending({ expiresIn, renews }: ConsentView): string {
  const time = lasting(expiresIn);
  return renews
    ? `This lasts for ${time} at most. Until then the application can renew its access without asking you again.`
    : `This lasts for ${time}.`;
}
