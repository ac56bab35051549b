import { parseHttpDate } from '../http/parse-http-date.ts';

/**
 * Cookies of one origin, by name, exactly as the server wrote them: SAP's values hold `%3d`. Whoever
 * sends them keeps to that origin; `Domain` and `Path` widen nothing.
 */
export interface CookieJar {
  /** Takes in a `set-cookie` header; several are joined by newlines. */
  store(setCookie: string | undefined): void;
  /** The value of a cookie that has not ended. */
  get(name: string): string | undefined;
  /** The `cookie` header; `undefined` when there is none. */
  header(): string | undefined;
}

interface Cookie {
  readonly value: string;
  /** Milliseconds since the epoch; absent for one that ends with the session. */
  readonly expiresAt: number | undefined;
}

export function createCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, Cookie>();
  const live = (): Map<string, Cookie> => {
    for (const [name, { expiresAt }] of cookies) {
      if (expiresAt !== undefined && expiresAt <= now()) cookies.delete(name);
    }
    return cookies;
  };
  return {
    store(setCookie) {
      for (const line of setCookie?.split('\n') ?? []) {
        const [pair = '', ...attributes] = line.split(';');
        const at = pair.indexOf('=');
        const name = pair.slice(0, at).trim();
        if (at < 0 || name === '') continue;
        cookies.set(name, {
          value: pair.slice(at + 1).trim(),
          expiresAt: expiryOf(attributes, now()),
        });
      }
    },
    get: (name) => live().get(name)?.value,
    header() {
      const pairs = [...live()].map(([name, { value }]) => `${name}=${value}`);
      return pairs.length === 0 ? undefined : pairs.join('; ');
    },
  };
}

/** RFC 6265, 5.3: `Max-Age` goes before `Expires`, wherever they stand. What is no time is ignored. */
function expiryOf(attributes: readonly string[], now: number): number | undefined {
  let maxAgeEnd: number | undefined;
  let expires: number | undefined;
  for (const attribute of attributes) {
    const [name = '', value = ''] = attribute.split('=', 2).map((part) => part.trim());
    if (/^max-age$/i.test(name) && /^-?\d+$/.test(value)) maxAgeEnd = now + Number(value) * 1000;
    if (/^expires$/i.test(name)) expires = parseHttpDate(value);
  }
  return maxAgeEnd ?? expires;
}
