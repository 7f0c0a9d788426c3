import { html } from 'hono/html';

import { type Html, layout, problem } from './layout.ts';
import { showable } from './showable.ts';

const ERROR_ID = 'code-error';

/** What every form of a device sends besides what is shown, such as the token against forgery. */
export type HiddenFields = Readonly<Record<string, string>>;

export interface DeviceCodeView {
  readonly formAction: string;
  readonly hidden: HiddenFields;
  /** The code as it was typed or came in the address. */
  readonly userCode?: string | undefined;
  readonly error?: string | undefined;
}

/** Where a person types the code that a device shows (RFC 8628, 3.3). The form sends `user_code`. */
export function renderDeviceCode({ formAction, hidden, userCode, error }: DeviceCodeView): Html {
  const described = error === undefined ? 'code-hint' : `${ERROR_ID} code-hint`;
  const main = html`<h1>Connect a device</h1>
${problem(ERROR_ID, error)}
<form method="post" action="${formAction}">
${hiddenFields(hidden)}
<div class="field"><label for="user_code">Code</label>
<p class="hint" id="code-hint">The device shows it. Capitals and dashes do not matter.</p>
<input type="text" class="code" id="user_code" name="user_code" value="${userCode ?? ''}" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="40" aria-describedby="${described}"${error === undefined ? '' : html` aria-invalid="true"`}></div>
<div class="actions"><button type="submit" class="main">Continue</button></div>
</form>`;
  return layout({ title: 'Connect a device', main, failed: error !== undefined });
}

export interface DeviceConfirmView {
  readonly formAction: string;
  readonly hidden: HiddenFields;
  readonly userCode: string;
  readonly clientName: string;
  /** What is known of the device: the address from which it asked, the program that it says it is. */
  readonly device: readonly { readonly label: string; readonly value: string }[];
  /** The person who would let it in. */
  readonly personName: string;
}

/**
 * Shows which device a code stands for, before anything is asked for (RFC 8628, 5.4: somebody else may have sent the
 * code). The form sends `user_code` and either `confirm=yes` or `abort=yes`.
 */
export function renderDeviceConfirm(view: DeviceConfirmView): Html {
  const main = html`<h1>Is this your device?</h1>
<p>Compare the code with the one on your device. If somebody sent you this code, or you did not start this yourself, do not continue.</p>
<dl>
<dt>Code</dt><dd><code>${showable(view.userCode, 40)}</code></dd>
<dt>Who asks</dt><dd><bdi>${showable(view.clientName) || 'an application without a name'}</bdi> (the name under which it is registered here)</dd>
${view.device.map(({ label, value }) => html`<dt>${showable(label)}</dt><dd><bdi>${showable(value, 200) || 'not known'}</bdi></dd>`)}
<dt>For</dt><dd><bdi>${showable(view.personName)}</bdi></dd>
</dl>
<form method="post" action="${view.formAction}">
${hiddenFields(view.hidden)}<input type="hidden" name="user_code" value="${view.userCode}">
<p>On the next page you see what it asks for.</p>
<div class="actions">
<button type="submit" name="confirm" value="yes" class="main">The codes are the same: continue</button>
<button type="submit" name="abort" value="yes">This is not my device</button>
</div>
</form>`;
  return layout({ title: 'Is this your device?', main });
}

/** The end of it, either way. */
export function renderDeviceDone(isConnected: boolean): Html {
  const main = isConnected
    ? html`<h1>The device is connected</h1>
<p>You can close this page and go on at the device.</p>`
    : html`<h1>The device was refused</h1>
<p>It was given nothing. You can close this page.</p>`;
  return layout({ title: isConnected ? 'Device connected' : 'Device refused', main });
}

function hiddenFields(hidden: HiddenFields): Html {
  return html`${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}
