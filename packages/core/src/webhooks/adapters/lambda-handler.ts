import { handleWebhook } from '../handle-webhook.ts';
import { defaultMaxBytes, type WebhookAdapterOptions } from './adapter-options.ts';

/** What is used of the events of API Gateway (payload 1.0 and 2.0), function URLs and load balancers. */
export interface LambdaHttpEvent {
  readonly httpMethod?: string | undefined;
  readonly path?: string | undefined;
  readonly rawPath?: string | undefined;
  readonly rawQueryString?: string | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** In place of the two single ones where a load balancer is set to it. */
  readonly multiValueHeaders?: MultiValues;
  readonly multiValueQueryStringParameters?: MultiValues;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly requestContext?:
    | {
        readonly http?: { readonly method?: string; readonly sourceIp?: string } | undefined;
        readonly identity?: { readonly sourceIp?: string } | undefined;
        readonly elb?: object | undefined;
      }
    | undefined;
}

type MultiValues = Readonly<Record<string, readonly string[] | undefined>> | null | undefined;

export interface LambdaHttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * For AWS Lambda. A function is frozen once it has answered, so `process` runs before the answer
 * there: leave it out and work on what `store` kept (a queue that starts another function).
 */
export function lambdaHandler(
  options: Omit<WebhookAdapterOptions, 'bodyTimeoutMs' | 'clock'>,
): (event: LambdaHttpEvent) => Promise<LambdaHttpResult> {
  const { maxBytes = defaultMaxBytes } = options;
  return async (event) => {
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded === true ? 'base64' : 'utf8');
    if (body.byteLength > maxBytes) return { statusCode: 413, headers: {}, body: '' };
    const { http, identity } = event.requestContext ?? {};
    const { response, afterwards } = await handleWebhook(
      {
        method: http?.method ?? event.httpMethod ?? 'GET',
        url: urlOf(event),
        headers: headersOf(event),
        body,
        remoteAddress: http?.sourceIp ?? identity?.sourceIp,
      },
      options,
    );
    await afterwards();
    const { status, headers = {} } = response;
    return { statusCode: status, headers, body: response.body ?? '' };
  };
}

function urlOf(event: LambdaHttpEvent): string {
  const { queryStringParameters, multiValueQueryStringParameters, requestContext } = event;
  const several =
    multiValueQueryStringParameters ??
    Object.fromEntries(
      Object.entries(queryStringParameters ?? {}).map(([name, value = '']) => [name, [value]]),
    );
  const pairs = Object.entries(several).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  // A load balancer leaves them as they were in the URL, a gateway decodes them.
  const given =
    requestContext?.elb === undefined
      ? new URLSearchParams(pairs).toString()
      : pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const query = event.rawQueryString ?? given;
  return `${event.rawPath ?? event.path ?? '/'}${query === '' ? '' : `?${query}`}`;
}

function headersOf({
  headers,
  multiValueHeaders,
}: LambdaHttpEvent): Record<string, string | undefined> {
  const several = Object.entries(multiValueHeaders ?? {}).map(([name, values = []]) => [
    name.toLowerCase(),
    values.join(', '),
  ]);
  const single = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries([...several, ...single]);
}
