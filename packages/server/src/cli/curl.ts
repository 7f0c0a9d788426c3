/** A command for the shell of `platform` that asks the server at `url` something with a token. */
export function curlFor(
  url: string,
  token: string,
  query = '{ __typename }',
  platform: NodeJS.Platform = process.platform,
): string {
  const body = JSON.stringify({ query });
  const data = platform === 'win32' ? JSON.stringify(body) : quoted(body);
  return `curl ${url}/graphql -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" -d ${data}`;
}

/** In single quotes a POSIX shell takes everything as it is, but for the single quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
