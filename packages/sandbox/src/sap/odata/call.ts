import type { Service } from './model.ts';

/** A call on one service: from HTTP, or a part of a `$batch`. */
export interface ODataCall {
  readonly service: Service;
  readonly method: string;
  /** Below the service root, percent-encoded, without a slash in front. */
  readonly path: string;
  readonly rawQuery: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Absolute URL of the service, without a slash at the end. */
  readonly root: string;
  /** Bends the paging of this call, for tests of a client's guards. */
  readonly pagingHook?: PagingHook | undefined;
  /** Of a part of a change set; errors name it. */
  readonly contentId?: string | undefined;
}

export type PagingHook = 'empty-page' | 'loop-next-link' | 'cross-origin-next-link';

export interface ODataAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Whether the caller takes JSON. As on Gateway, no `Accept` and `*` + `/*` alone mean XML in V2. */
export function acceptsJson(call: ODataCall): boolean {
  const format = /(?:^|&)(?:\$|%24)format=([^&]*)/.exec(call.rawQuery)?.[1];
  if (format !== undefined) return format.startsWith('json');
  const accept = call.headers.accept ?? '';
  if (call.service.odataVersion === 4) return accept === '' || /json|\*\/\*/.test(accept);
  return accept.includes('json');
}
