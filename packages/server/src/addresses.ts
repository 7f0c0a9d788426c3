/** Whether a user or a password stands in an address, where it would be shown in messages and logs. */
export function hasCredential(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username !== '' || password !== '';
}

/** Whether a text is an address and not a path. */
export function isAddress(text: string): boolean {
  return /^\s*(?:https?:|[a-z][a-z0-9+.-]*:\/\/)/i.test(text);
}

/** Whether an address is one that can be called: on http or https, so written. */
export function isHttpAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** An address as people may see it: what follows the path may be a secret. */
export function shownAddress(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
