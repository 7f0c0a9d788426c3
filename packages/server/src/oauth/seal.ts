import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps what the store may hold only in a form that is of no use without our keys. */
export interface Seal {
  /** AES-256-GCM; `context` has to be the same when it is opened. */
  close(text: string, context: string): string;
  /** Nothing for what is not ours, or was closed under a key that is gone. */
  open(sealed: string, context: string): string | undefined;
  /** A name for a text that few enough could be guessed for a plain hash: HMAC-SHA-256. */
  blind(text: string): string;
  /** All names that the text may have been given, the present one first. */
  blinds(text: string): readonly string[];
}

/** Makes a seal out of secrets, of which the first closes and all open. */
export function createSeal(secrets: readonly string[]): Seal {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'ambit oauth seal', 32)));
  const [current] = keys;
  if (current === undefined) throw new TypeError('a seal needs a secret');
  return {
    close(text, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, context) {
      for (const key of keys) {
        const text = opened(Buffer.from(sealed, 'base64url'), context, key);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    blind: (text) => named(text, current),
    blinds: (text) => keys.map((key) => named(text, key)),
  };
}

function named(text: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function opened(bytes: Uint8Array, context: string, key: Uint8Array): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const body = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
