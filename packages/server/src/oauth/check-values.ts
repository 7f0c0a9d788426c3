import { createHash, createHmac } from 'node:crypto';

/** What of a set of keys can be recognised. */
interface Recognisable {
  readonly signing: readonly { readonly x?: string | undefined; readonly y?: string | undefined }[];
  readonly cookies: readonly string[];
}

/** The form of such a value. */
export const CHECK_VALUE: RegExp = /^(?:cookie|sign):[0-9a-f]{64}$/;

/** By what a store recognises a secret for cookies without being able to use it. */
export function cookieCheckValue(secret: string): string {
  return createHmac('sha256', secret).update('ambit oauth key check').digest('hex');
}

/** By what each secret of a set of keys is recognised, the secrets for cookies first. Nothing can be made with it. */
export function checkValuesOf({ signing, cookies }: Recognisable): readonly string[] {
  return [
    ...cookies.map((secret) => `cookie:${cookieCheckValue(secret)}`),
    ...signing.map(({ x, y }) => `sign:${createHash('sha256').update(`${x}.${y}`).digest('hex')}`),
  ];
}
