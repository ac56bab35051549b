import { isSecretParameter } from './secret-names.ts';

/** What two requests are compared by. */
export interface RequestForm {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

/** JSON with names in order, so that equal is equal; without what differs each time. */
function stable(value: unknown, isLeftOut: (name: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => stable(item, isLeftOut));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isLeftOut(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [name, stable(child, isLeftOut)]),
  );
}

/** Boundaries of multipart bodies are drawn anew each time. */
function withoutBoundaries(text: string): string {
  const boundaries = [...text.matchAll(/^--([\w'()+,./:=?-]{6,70}?)(?:--)?\s*$/gm)].map(
    ([, boundary = '']) => boundary,
  );
  return [...new Set(boundaries)].reduce(
    (result, boundary, index) => result.replaceAll(boundary, `boundary-${index + 1}`),
    text,
  );
}

function formOfText(text: string, isLeftOut: (name: string) => boolean): string {
  if (/^[\w.$%-]+=/.test(text) && !/[\s{}<>]/.test(text)) {
    const fields = [...new URLSearchParams(text)].filter(([name]) => !isLeftOut(name)).sort();
    return new URLSearchParams(fields).toString();
  }
  try {
    return JSON.stringify(stable(JSON.parse(text), isLeftOut));
  } catch {
    return withoutBoundaries(text).replaceAll('\r\n', '\n');
  }
}

/**
 * The part of a request by which it is found again. Secrets, tokens and assertions are left out: they
 * are other ones each time; so is what `ignore` names.
 */
export function formOf(
  request: { readonly method: string; readonly url: string; readonly body: string },
  ignore: readonly string[],
): RequestForm {
  const isLeftOut = (name: string): boolean => isSecretParameter(name) || ignore.includes(name);
  const { pathname, searchParams } = new URL(request.url, 'https://recorded.test');
  const query = [...searchParams].filter(([name]) => !isLeftOut(name)).sort();
  return {
    method: request.method.toUpperCase(),
    path: decodeURIComponent(pathname),
    query: new URLSearchParams(query).toString(),
    body: request.body === '' ? '' : formOfText(request.body, isLeftOut),
  };
}
