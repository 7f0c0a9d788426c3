import { z } from 'zod';

import { ServerError } from './errors.ts';

// Headers that the gateway sets itself or that belong to one connection (RFC 9110, 7.6.1).
const RESERVED_HEADERS: readonly string[] = [
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The name of a header that the gateway does not set itself. */
export const headerName: z.ZodString = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header')
  .refine(
    (name) => !RESERVED_HEADERS.includes(name.toLowerCase()),
    'is a header that the gateway sets itself',
  );
/** What a header can hold. */
export const headerValue: z.ZodString = z
  .string()
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII, as header values are');

/**
 * Were the subject's header also a fixed one, a token without a subject would act as the fixed subject. Throws
 * `ServerError` `CONFIG_INVALID`.
 *
 * @param where the file and line, for the message
 */
export function checkHeaders(
  upstream: {
    readonly headers: Readonly<Record<string, string>>;
    readonly subjectHeader?: string | undefined;
  },
  where: string,
): void {
  const subject = upstream.subjectHeader?.toLowerCase();
  const names = Object.keys(upstream.headers).map((name) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined && (subject === undefined || !names.includes(subject))) return;
  throw new ServerError(
    'CONFIG_INVALID',
    `${where}: \`upstream\` names the header ${twice ?? subject} twice; each may have one meaning.`,
    'Leave it in `headers` or in `subjectHeader`.',
  );
}
