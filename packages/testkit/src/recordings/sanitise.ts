import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';
import type { RecordedBody, RecordedCall } from './recording.ts';
import { isSecretName, isSecretParameter } from './secret-names.ts';

/** What may stay as it is. Everything else is replaced. */
export interface SanitiseOptions {
  /**
   * Fields whose values may be kept, by name, in bodies of JSON and forms. `'all'` is for simulators,
   * whose data is invented. Secrets are replaced whatever is kept; numbers, truth values, dates and
   * decimals stay, for they name nobody.
   */
  readonly keepFields: readonly string[] | 'all';
  /** Headers that may be kept beside those that every vendor has. Lower case. */
  readonly keepHeaders?: readonly string[] | undefined;
  /**
   * Addresses whose bodies may be kept although they are neither JSON nor a form: metadata, batches.
   * @default none
   */
  readonly keepTexts?: readonly RegExp[] | undefined;
  /** Further values to replace wherever they are: what only a URL or a text holds. */
  readonly replace?: readonly string[] | undefined;
}

const headersToKeep: readonly string[] = [
  'accept',
  'content-type',
  'content-language',
  'dataserviceversion',
  'etag',
  'if-match',
  'if-none-match',
  'link',
  'location',
  'odata-version',
  'prefer',
  'preference-applied',
  'retry-after',
  'sap-message',
  'sap-metadata-last-modified',
  'sforce-limit-info',
  'sforce-locator',
  'sforce-numberofrecords',
  'x-http-method',
];
/** Kept in another form: without them a session cannot be played. */
const headersToReplace: readonly string[] = ['x-csrf-token', 'set-cookie'];

const isMeasure =
  /^(?:|[+-]?\d*\.\d+|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?|\/Date\(-?\d+(?:[+-]\d{4})?\)\/|true|false|[A-Z]{1,3})$/;

/** Fields that make a protocol go, whatever the data is. */
const protocolFields: readonly string[] = [
  'd',
  'results',
  'items',
  'next',
  'cursor',
  'next_cursor',
  'type',
  'uri',
  'id',
  'etag',
  '__next',
  '__count',
  'code',
  'error',
  'errors',
  'grant_type',
  'scope',
  'token_type',
];

export interface Sanitiser {
  sanitise(call: RecordedCall): RecordedCall;
}

export function createSanitiser(options: SanitiseOptions): Sanitiser & {
  /** Learns the values of a call; all calls are learned before one is sanitised. */
  learn(call: RecordedCall): void;
} {
  const { keepFields, keepHeaders = [], keepTexts = [], replace = [] } = options;
  const pseudonyms: Pseudonyms = createPseudonyms();
  for (const value of replace) pseudonyms.value(value);

  const keeps = (name: string): boolean =>
    keepFields === 'all' || keepFields.includes(name) || protocolFields.includes(name);

  const ofField = (name: string, value: string, isSecret = isSecretName): string => {
    if (value === '') return value;
    if (isSecret(name)) return pseudonyms.secret(value);
    if (keeps(name) || name.startsWith('@') || isMeasure.test(value)) return value;
    return pseudonyms.value(value);
  };

  const ofJson = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string') return ofField(name, value);
    if (Array.isArray(value)) return value.map((item) => ofJson(item, name));
    if (typeof value !== 'object' || value === null) {
      return isSecretName(name) && value !== null ? pseudonyms.secret(String(value)) : value;
    }
    // Some token endpoints take JSON where others take a form.
    const isSecret = 'grant_type' in value ? isSecretParameter : isSecretName;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [
        key,
        typeof child === 'string' ? ofField(key, child, isSecret) : ofJson(child, key),
      ]),
    );
  };

  const ofForm = (text: string): string =>
    new URLSearchParams(
      [...new URLSearchParams(text)].map(([name, value]): [string, string] => [
        name,
        ofField(name, value, isSecretParameter),
      ]),
    ).toString();

  const ofBody = (body: RecordedBody, contentType: string, url: string): RecordedBody => {
    if (body === undefined) return undefined;
    if ('json' in body) return { json: within(ofJson(body.json)) };
    if (contentType.includes('x-www-form-urlencoded')) return { text: ofForm(body.text) };
    const isKept = keepTexts.some((address) => new RegExp(address.source, address.flags).test(url));
    if (keepFields === 'all' || isKept) return { text: pseudonyms.within(body.text) };
    // What has no fields cannot be allowed by field.
    return { text: pseudonyms.value(body.text) };
  };

  const within = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_key, child: unknown) =>
      typeof child === 'string' ? pseudonyms.within(child) : child,
    );

  const ofUrl = (url: string): string => {
    const [path = '', query] = url.split('?', 2);
    if (query === undefined) return pseudonyms.within(path);
    const parts = query.split('&').map((part) => {
      const [name = '', value = ''] = part.split('=', 2);
      return isSecretParameter(decodeURIComponent(name))
        ? `${name}=${pseudonyms.secret(decodeURIComponent(value))}`
        : `${name}${part.includes('=') ? '=' : ''}${pseudonyms.within(value)}`;
    });
    return `${pseudonyms.within(path)}?${parts.join('&')}`;
  };

  /** Literals of a query language: names and numbers that people typed. */
  const learnLiterals = (url: string): void => {
    if (keepFields === 'all') return;
    for (const [, literal = ''] of decodeURIComponent(url.replaceAll('+', ' ')).matchAll(
      /'([^']+)'/g,
    )) {
      if (!isMeasure.test(literal)) pseudonyms.value(literal);
    }
  };

  const ofHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]): [string, string][] => {
        if (name === 'set-cookie') {
          const cookies = value.split(/\n|, (?=[^;,]+=)/).map((cookie) => {
            const [, key = '', secret = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(cookie) ?? [];
            return `${key}=${pseudonyms.cookie(secret)}${rest}`;
          });
          return [[name, cookies.join('\n')]];
        }
        if (headersToReplace.includes(name)) {
          const isQuestion = /^(?:fetch|required)$/i.test(value);
          return [[name, isQuestion ? value : pseudonyms.secret(value)]];
        }
        if (isSecretName(name)) return [];
        if (![...headersToKeep, ...keepHeaders].includes(name)) return [];
        return [[name, pseudonyms.within(value)]];
      }),
    );

  const typeOf = (headers: Readonly<Record<string, string>>): string =>
    headers['content-type'] ?? '';

  const sanitise = ({ system, request, response }: RecordedCall): RecordedCall => ({
    system,
    request: {
      method: request.method,
      url: ofUrl(request.url),
      headers: ofHeaders(request.headers),
      body: ofBody(request.body, typeOf(request.headers), request.url),
    },
    response: {
      status: response.status,
      headers: ofHeaders(response.headers),
      body: ofBody(response.body, typeOf(response.headers), request.url),
    },
  });

  return {
    sanitise,
    learn(call) {
      learnLiterals(call.request.url);
      sanitise(call);
    },
  };
}
