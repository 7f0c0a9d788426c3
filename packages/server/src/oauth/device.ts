import type { Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';

/** Where people type the code that a device shows them (RFC 8628, section 3.3), in plain pages without a script. */
export const deviceFlow: NonNullable<NonNullable<Configuration['features']>['deviceFlow']> = {
  enabled: true,
  charset: 'base-20',
  mask: '****-****',
  // Neither the address nor the program of a device is kept: nothing asks for them.
  deviceInfo: () => ({}),
  userCodeInputSource: async (ctx, _form, out) => {
    const note =
      out === undefined ? '' : '<p role="alert">This code cannot be used. Look at the device again.</p>';
    const code = `<label>Code <input name="user_code" autocomplete="off" required autofocus></label>`;
    page(ctx, 'Enter the code that the device shows', `${note}${form(ctx, code, 'Go on')}`);
  },
  userCodeConfirmSource: async (ctx, _form, client, _device, userCode) => {
    const name = escaped(client.clientName ?? client.clientId);
    const hidden = `<input type="hidden" name="user_code" value="${escaped(userCode)}"><input type="hidden" name="confirm" value="yes">`;
    const abort = '<button name="abort" value="yes">This is not my device</button>';
    const text = `<p><strong>${name}</strong> asks for access. Its device has to show this code:</p><p><code>${escaped(userCode)}</code></p>`;
    page(ctx, 'Is this your device?', `${text}${form(ctx, hidden, 'It shows this code', abort)}`);
  },
  successSource: async (ctx) =>
    page(ctx, 'Done', '<p>The device goes on by itself. You can close this page.</p>'),
};

/** What somebody sees whose request cannot even be sent back to the client that made it. */
export function renderError(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  const { error, error_description: description } = out;
  page(
    ctx,
    'This request cannot be answered',
    `<p><code>${escaped(error)}</code></p>${description === undefined ? '' : `<p>${escaped(description)}</p>`}`,
  );
}

function form(ctx: KoaContextWithOIDC, inside: string, label: string, more = ''): string {
  const { secret } = (ctx.oidc.session?.state ?? {}) as { readonly secret?: string };
  const action = escaped(ctx.oidc.urlFor('code_verification'));
  return `<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${escaped(secret ?? '')}">${inside}<button>${label}</button>${more}</form>`;
}

function page(ctx: KoaContextWithOIDC, title: string, body: string): void {
  ctx.type = 'html';
  ctx.set('cache-control', 'no-store');
  ctx.set(
    'content-security-policy',
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  ctx.set('referrer-policy', 'no-referrer');
  ctx.body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
