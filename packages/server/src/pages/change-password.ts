import { html } from 'hono/html';

import { LONGEST, SHORTEST } from '../people/password.ts';
import { csrfField, type Html, layout, problem } from './layout.ts';
import { showable } from './showable.ts';

const ERROR_ID = 'password-error';

export interface ChangePasswordView {
  readonly csrf: string;
  readonly returnTo: string;
  readonly name: string;
  /** Whether there is no way around it. */
  readonly isForced: boolean;
  readonly error?: { readonly field: 'old' | 'new' | 'again'; readonly sentence: string } | undefined;
}

export function renderChangePassword({ csrf, returnTo, name, isForced, error }: ChangePasswordView): Html {
  const field = (id: 'old' | 'new' | 'again', label: string, complete: string, hint?: string): Html => {
    const isWrong = error?.field === id;
    const described = [...(isWrong ? [ERROR_ID] : []), ...(hint === undefined ? [] : [`${id}-hint`])];
    return html`<div class="field"><label for="${id}">${label}</label>
${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}
<input type="password" id="${id}" name="${id}" autocomplete="${complete}" required${described.length === 0 ? '' : html` aria-describedby="${described.join(' ')}"`}${isWrong ? html` aria-invalid="true"` : ''}></div>`;
  };
  const main = html`<h1>${isForced ? 'Choose a password of your own' : 'Change your password'}</h1>
${problem(ERROR_ID, error?.sentence)}
<p>${isForced ? 'Somebody else made the password of ' : 'This is the password of '}<strong><bdi>${showable(name)}</bdi></strong>${isForced ? ', so it has to be replaced before anything else.' : '.'}</p>
<form method="post" action="/change-password">
${csrfField(csrf)}<input type="hidden" name="return" value="${returnTo}">
<input type="hidden" name="username" value="${name}" autocomplete="username">
${field('old', 'Present password', 'current-password')}
${field('new', 'New password', 'new-password', `${SHORTEST} to ${LONGEST} characters. Length is all that counts: a few words that nobody would put together are good.`)}
${field('again', 'New password, once more', 'new-password')}
<div class="actions"><button type="submit" class="main">Change the password</button></div>
</form>`;
  return layout({
    title: isForced ? 'Choose a password' : 'Change your password',
    main,
    failed: error !== undefined,
  });
}
