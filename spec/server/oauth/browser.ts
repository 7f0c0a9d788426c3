import { csrfToken } from '../../../packages/server/dist/people/signins.js';
import type { OAuthSite } from './site.ts';

/** A browser with cookies, that follows nothing by itself. */
export class Browser {
  #cookies = new Map<string, { readonly value: string; readonly path: string }>();
  readonly #secret: string | undefined;

  constructor(secret?: string) {
    this.#secret = secret;
  }

  /** A browser in which somebody is signed in. */
  static async of(site: Pick<OAuthSite, 'signIn'>, person: string): Promise<Browser> {
    return new Browser(await site.signIn(person));
  }

  /** The same browser, in which somebody else has signed in since. */
  as(secret: string): Browser {
    const later = new Browser(secret);
    later.#cookies = this.#cookies;
    return later;
  }

  /** What its forms carry. */
  get csrf(): string {
    return csrfToken(this.#secret ?? '');
  }

  async go(
    url: string,
    form?: URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const { pathname } = new URL(url);
    const cookies = [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path));
    const all = [
      ...cookies.map(([name, { value }]) => `${name}=${value}`),
      ...(this.#secret === undefined ? [] : [`ambit=${this.#secret}`]),
    ];
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: all.join('; '), accept: 'text/html', ...headers },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  /** Follows redirects within one origin; gives the last answer, or the address outside that it leads to. */
  async follow(url: string): Promise<{ readonly url: string; readonly answer: Response }> {
    let at = url;
    for (let hops = 0; hops < 10; hops += 1) {
      const answer = await this.go(at);
      const to = answer.headers.get('location');
      if (to === null) return { url: at, answer };
      const next = new URL(to, at);
      if (next.origin !== new URL(url).origin) return { url: next.href, answer };
      at = next.href;
    }
    throw new Error('too many redirects');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((text) => text.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}

/** The values of the boxes of a consent page. */
export function boxesOf(page: string): string[] {
  return [...page.matchAll(/name="grant" value="([^"]*)"/g)].map(([, value = '']) =>
    value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );
}
