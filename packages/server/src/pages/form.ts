import { hasControl } from '../plain-text.ts';

const MOST_BYTES = 256 * 1024;
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The body of a form; `too large`, or nothing where it is no form. Reads no more than it may have. */
export async function readForm(request: Request): Promise<URLSearchParams | 'too large' | undefined> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== FORM_TYPE || request.body === null) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return 'too large';
    chunks.push(chunk);
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  return [...form].some((pair) => pair.some(hasControl)) ? undefined : form;
}
