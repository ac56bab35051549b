import type { SandboxRequest } from './sandbox-request.ts';
import type { SandboxResponse } from './sandbox-response.ts';

export type SandboxHandler = (
  request: SandboxRequest,
) => SandboxResponse | Promise<SandboxResponse>;

export interface SandboxRoute {
  /** An HTTP method, or `*` for all. A `GET` route answers `HEAD` too. */
  readonly method: string;
  /**
   * `/orders/:id` binds a segment; a trailing `*` binds the rest as `params.rest`. With a RegExp the
   * named groups become params; it is tested against the percent-encoded path.
   */
  readonly path: string | RegExp;
  /** Name that faults and the journal know the call by; a function where one route serves many. */
  readonly operation?: string | ((request: SandboxRequest) => string | undefined) | undefined;
  readonly handler: SandboxHandler;
}

export interface RouteMatch {
  readonly route: SandboxRoute;
  readonly params: Readonly<Record<string, string>>;
}

export interface Router {
  /** The first route that fits, or the methods that the path would have allowed. */
  match(method: string, path: string): RouteMatch | { readonly allowed: readonly string[] };
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function compile(path: string | RegExp): RegExp {
  if (path instanceof RegExp) return path;
  const body = path.endsWith('*') ? path.slice(0, -1) : path;
  const source = body.split(/(:[A-Za-z]\w*)/).map((part, index) => {
    return index % 2 === 1 ? `(?<${part.slice(1)}>[^/]+)` : escapePattern(part);
  });
  return new RegExp(`^${source.join('')}${path.endsWith('*') ? '(?<rest>.*)' : ''}$`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decodeParams(groups: Record<string, string> | undefined): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups ?? {})) {
    if (value !== undefined) params[name] = name === 'rest' ? value : decode(value);
  }
  return params;
}

export function createRouter(routes: readonly SandboxRoute[]): Router {
  const exact = new Map<string, SandboxRoute>();
  const compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));
  for (const route of routes) {
    const isLiteral = typeof route.path === 'string' && !/[:*]/.test(route.path);
    const key = `${route.method} ${String(route.path)}`;
    if (isLiteral && !exact.has(key)) exact.set(key, route);
  }

  return {
    match(method, path) {
      const wanted = method === 'HEAD' ? ['HEAD', 'GET'] : [method];
      const literal = exact.get(`${method} ${path}`);
      if (literal) return { route: literal, params: {} };
      const allowed = new Set<string>();
      for (const { route, pattern } of compiled) {
        const found = pattern.exec(path);
        if (!found) continue;
        if (route.method === '*' || wanted.includes(route.method)) {
          return { route, params: decodeParams(found.groups) };
        }
        allowed.add(route.method);
      }
      return { allowed: [...allowed] };
    },
  };
}
