/** A browser without a page: it keeps cookies, and follows redirects as far as it is told to. */
export class CookieJar {
  readonly cookies = new Map<string, { value: string; path: string; attributes: string }>();

  async fetch(url: URL | string, form?: Record<string, string>): Promise<Response> {
    const { pathname } = new URL(url);
    const sent = [...this.cookies].filter(([, { path }]) => pathname.startsWith(path));
    const response = await fetch(url, {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: {
        connection: 'close',
        cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; '),
      },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value, attributes] = /^([^=]+)=([^;]*)(.*)$/.exec(line)!;
      const path = /; ?path=([^;]*)/i.exec(attributes!)?.[1] ?? '/';
      if (value === '') this.cookies.delete(name!);
      else this.cookies.set(name!, { value: value!, path, attributes: attributes! });
    }
    return response;
  }

  /** Follows redirects until one leads to a URL that begins with `until`, which it returns without opening it. */
  async follow(start: URL | string, until: string): Promise<URL> {
    let url = new URL(start);
    for (let hops = 0; hops < 20; hops += 1) {
      const response = await this.fetch(url);
      const location = response.headers.get('location');
      if (location === null)
        throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`);
      url = new URL(location, url);
      if (url.href.startsWith(until)) return url;
    }
    throw new Error(`Too many redirects to ${url.href}`);
  }
}
