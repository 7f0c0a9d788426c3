import type { Described } from './route.ts';

/** Variables of the shell that hold the credential of each kind of caller. */
const CREDENTIALS: Readonly<Record<string, string>> = { admin: '$ADMIN', token: '$TOKEN' };

/** The example of a route as a command for a POSIX shell; nothing where it has none. */
export function curlOf(
  method: string,
  path: string,
  { who = 'admin', example }: Described,
): string | undefined {
  if (example === undefined) return undefined;
  const { params = {}, query, body } = example;
  const at = path.replace(/:(\w+)/g, (_whole, name: string) => params[name] ?? '');
  const credential = CREDENTIALS[who];
  return [
    'curl',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    `"$AMBIT_URL${at}${query === undefined ? '' : `?${query}`}"`,
    ...(credential === undefined ? [] : [`-H "Authorization: Bearer ${credential}"`]),
    ...(body === undefined ? [] : ['-H "Content-Type: application/json"', `-d ${quoted(body)}`]),
  ].join(' ');
}

/** In single quotes, but for variables of the shell, which have to be seen by it. */
function quoted(body: unknown): string {
  const text = JSON.stringify(body).replaceAll("'", `'\\''`);
  return `'${text.replace(/\$[A-Z_]+/g, (name) => `'"${name}"'`)}'`;
}
