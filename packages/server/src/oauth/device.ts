import type { Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';

import { isAway, STORE_AWAY } from '../away.ts';
import type { AddressOf } from '../clientaddress.ts';
import {
  type HiddenFields,
  renderDeviceCode,
  renderDeviceConfirm,
  renderDeviceDone,
} from '../pages/device.ts';
import { pageHeaders } from '../pages/headers.ts';
import type { Html } from '../pages/layout.ts';
import { renderTrouble } from '../pages/trouble.ts';
import { PATHS } from './paths.ts';

const LONGEST_PROGRAM = 200;

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

/** What is known of whoever is at the page. */
interface Visitors {
  /** The name of the person who is signed in to the browser. */
  readonly nameOf: (ctx: KoaContextWithOIDC) => string;
  /** The code that came in the address. */
  readonly codeOf: (ctx: KoaContextWithOIDC) => string | undefined;
}

/**
 * Where people type the code that a device shows them (RFC 8628, section 3.3).
 */
export function deviceFlowOf({ nameOf, codeOf }: Visitors, addressOf: AddressOf): DeviceFlow {
  return {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    // Kept sealed, and shown to whoever types the code: somebody else may have sent it to them (RFC 8628, 5.4).
    deviceInfo: ({ req }) => ({
      address: addressOf(req) ?? '',
      program: (req.headers['user-agent'] ?? '').slice(0, LONGEST_PROGRAM),
    }),
    userCodeInputSource: (ctx, _form, out, error) => codePage(ctx, codeOf(ctx), out ?? error, error),
    userCodeConfirmSource: (ctx, _form, client, device, userCode) =>
      send(
        ctx,
        renderDeviceConfirm({
          ...formOf(ctx),
          userCode,
          clientName: client.clientName ?? client.clientId,
          device: [
            { label: 'Asked from', value: textOf(device['address']) },
            { label: 'Says it is', value: textOf(device['program']) },
          ],
          personName: nameOf(ctx),
        }),
      ),
    successSource: (ctx) => send(ctx, renderDeviceDone(true)),
  };
}

const NO_DEVICE = 'No device waits with this code. Look at the device again, or begin again there.';
const OLD_FORM =
  'This form is too old, or was not made for this browser. Open the page again and type the code once more.';

// What was denied, here or on the page where people are asked, is an end and no mistake in the code.
async function codePage(
  ctx: KoaContextWithOIDC,
  userCode: string | undefined,
  wrong: unknown,
  error: { readonly name?: string; readonly message?: string } | undefined,
): Promise<void> {
  const isDenied =
    error?.name === 'AbortedError' || (wrong as { error?: unknown } | undefined)?.error === 'access_denied';
  if (isDenied) {
    ctx.status = 200;
    return send(ctx, renderDeviceDone(false));
  }
  // Nobody has looked for the code yet.
  const isOld = error?.name === 'InvalidRequest';
  const sentence = isOld ? OLD_FORM : NO_DEVICE;
  await send(
    ctx,
    renderDeviceCode({ ...formOf(ctx), userCode, error: wrong === undefined ? undefined : sentence }),
  );
}

/** The page for a form that was not made for this browser, or too long ago. */
export async function deviceFormIsOld(ctx: KoaContextWithOIDC): Promise<void> {
  ctx.status = 400;
  await send(ctx, renderTrouble('This cannot be done', OLD_FORM));
}

/** The page for whoever typed too many codes that no device shows. */
export async function deviceWait(ctx: KoaContextWithOIDC, sentence: string): Promise<void> {
  ctx.status = 429;
  await send(ctx, renderTrouble('Too many codes', sentence));
}

/** What somebody sees whose request cannot even be sent back to the client that made it. */
export async function renderError(ctx: KoaContextWithOIDC, out: ErrorOut, cause?: unknown): Promise<void> {
  if (isAway(cause)) return send(ctx, renderTrouble('This did not work', STORE_AWAY));
  const { error, error_description: description } = out;
  const sentence = description === undefined ? `${error}.` : `${error}: ${description}.`;
  await send(ctx, renderTrouble('This request cannot be answered', sentence));
}

function formOf(ctx: KoaContextWithOIDC): { readonly formAction: string; readonly hidden: HiddenFields } {
  const { secret } = (ctx.oidc.session?.state ?? {}) as { readonly secret?: string };
  return { formAction: PATHS.code_verification, hidden: { xsrf: secret ?? '' } };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function send(ctx: KoaContextWithOIDC, page: Html): Promise<void> {
  const text = String(await page);
  for (const [name, value] of Object.entries(pageHeaders())) ctx.set(name, value);
  ctx.body = text;
}
