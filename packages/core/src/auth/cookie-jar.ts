/**
 * Cookies of one origin, by name, exactly as the server wrote them: SAP's values hold `%3d`. Whoever
 * sends them keeps to that origin; `Domain` and `Path` widen nothing.
 */
export interface CookieJar {
  /** Takes in a `set-cookie` header; several are joined by newlines. */
  store(setCookie: string | undefined): void;
  /** The value of a cookie. */
  get(name: string): string | undefined;
  /** The `cookie` header; `undefined` when there is none. */
  header(): string | undefined;
}

export function createCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, string>();
  return {
    store: (setCookie) => {
      for (const line of setCookie?.split('\n') ?? []) {
        const [pair = '', ...attributes] = line.split(';');
        const at = pair.indexOf('=');
        if (at < 1) continue;
        const name = pair.slice(0, at).trim();
        if (isExpired(attributes, now())) cookies.delete(name);
        else cookies.set(name, pair.slice(at + 1).trim());
      }
    },
    get: (name) => cookies.get(name),
    header: () =>
      cookies.size === 0
        ? undefined
        : [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  };
}

function isExpired(attributes: readonly string[], now: number): boolean {
  for (const attribute of attributes) {
    const [name = '', value = ''] = attribute.split('=', 2).map((part) => part.trim());
    if (/^max-age$/i.test(name)) return Number(value) <= 0;
    if (/^expires$/i.test(name)) return Date.parse(value) <= now;
  }
  return false;
}
