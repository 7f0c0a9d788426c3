import { html } from 'hono/html';

import { csrfField, type Html, layout, problem } from './layout.ts';
import { showable } from './showable.ts';

const ERROR_ID = 'sign-in-error';

export interface SignInView {
  readonly csrf: string;
  /** Where to go afterwards; already checked. */
  readonly returnTo: string;
  /** The name that was typed. */
  readonly name?: string | undefined;
  readonly error?: string | undefined;
  /** What another issuer is called, where there is one. */
  readonly elsewhere?: string | undefined;
}

export function renderSignIn({ csrf, returnTo, name, error, elsewhere }: SignInView): Html {
  const wrong = error === undefined ? '' : html` aria-invalid="true" aria-describedby="${ERROR_ID}"`;
  const main = html`<h1>Sign in</h1>
${problem(ERROR_ID, error)}
${elsewhere === undefined ? '' : elsewhereLink(elsewhere, returnTo)}
<form method="post" action="/sign-in">
${csrfField(csrf)}<input type="hidden" name="return" value="${returnTo}">
<div class="field"><label for="name">Name</label>
<input type="text" id="name" name="name" value="${name ?? ''}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="200"${wrong}></div>
<div class="field"><label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required maxlength="1000"${wrong}></div>
<div class="actions"><button type="submit" class="main">Sign in</button></div>
</form>`;
  return layout({ title: 'Sign in', main, failed: error !== undefined });
}

function elsewhereLink(name: string, returnTo: string): Html {
  return html`<p><a class="button main" href="/sign-in/elsewhere?return=${encodeURIComponent(returnTo)}">Sign in with ${showable(name)}</a></p>
<h2>Or with a password of this server</h2>`;
}

export function renderSignedOut(): Html {
  const main = html`<h1>You are signed out</h1>
<p>Nobody who uses this browser next can act for you here. What you allowed to applications stays allowed.</p>
<p><a class="button" href="/sign-in">Sign in again</a></p>`;
  return layout({ title: 'Signed out', main });
}

export interface AccountView {
  readonly csrf: string;
  readonly name: string;
  readonly subject: string;
  readonly isAdmin: boolean;
  /** The issuer's address, for a person without a password here. */
  readonly issuer: string | undefined;
  /** Whether there is a page about applications. */
  readonly hasGrants: boolean;
  readonly changed: boolean;
}

export function renderAccount(view: AccountView): Html {
  const { csrf, name, subject, isAdmin, issuer, hasGrants, changed } = view;
  const main = html`<h1>You are signed in</h1>
${changed ? html`<p role="status"><strong>Your password is changed.</strong> Every other browser has been signed out.</p>` : ''}
<dl>
<dt>Name</dt><dd><bdi>${showable(name)}</bdi></dd>
<dt>Known to the API as</dt><dd><code>${showable(subject, 255)}</code></dd>
<dt>Signs in</dt><dd>${issuer === undefined ? 'here, with a password' : html`at <code>${showable(issuer, 255)}</code>`}</dd>
<dt>Administrator</dt><dd>${isAdmin ? 'yes' : 'no'}</dd>
</dl>
<div class="actions">
${issuer === undefined ? html`<a class="button" href="/change-password">Change the password</a>` : ''}
${hasGrants ? html`<a class="button" href="/account/grants">Applications that act for you</a>` : ''}
<form method="post" action="/sign-out">${csrfField(csrf)}<button type="submit">Sign out</button></form>
</div>`;
  return layout({ title: 'Your account', main });
}
