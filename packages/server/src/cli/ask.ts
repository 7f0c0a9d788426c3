/** How the admin API is called. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One call of the admin API. Rejects with the `ServerError` that it answers. */
export type Ask = <Answer>(method: Method, path: string, body?: object) => Promise<Answer>;

/** What was said, without what was left out. */
export function given(query: object): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
