import { ServerError } from '../errors.ts';

/** The one id or name of a client. Throws `ServerError` `USAGE`. */
export function onlyClient(positionals: readonly string[]): string {
  const [ref] = positionals;
  if (ref !== undefined && positionals.length === 1) return ref;
  throw new ServerError(
    'USAGE',
    'Which client? The command needs one id or name.',
    'ambit-server client list shows them.',
  );
}
