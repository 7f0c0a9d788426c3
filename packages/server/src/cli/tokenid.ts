import { ServerError } from '../errors.ts';

/** The one id that a command is given. What was given is not repeated: it may be the token itself. Throws `ServerError` `USAGE`. */
export function onlyId(positionals: readonly string[]): string {
  const [id] = positionals;
  if (id !== undefined && positionals.length === 1 && /^tok_[0-9A-Za-z]+$/.test(id)) return id;
  throw new ServerError(
    'USAGE',
    id === undefined
      ? 'Which token? The command needs its id.'
      : 'The command needs one id, which begins with tok_.',
    hintFor(id),
  );
}

function hintFor(word: string | undefined): string {
  if (word?.startsWith('ambn_'))
    return 'ambit-server token revoke-narrowed revokes a narrowed token; it takes it on stdin.';
  if (word !== undefined && /^amb[a-z]_/.test(word))
    return 'That is a token, not its id. Whoever has a token revokes it by POST /api/leaks/revoke with { "tokens": ["..."] }, or by DELETE /api/token/self with it as the credential.';
  return 'ambit-server token list shows the ids.';
}
