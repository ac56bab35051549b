import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Canaries } from './canaries.ts';

export interface RelayAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RelayRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Stands between connectors and a vendor: notes every secret that passes, and answers itself when told to. */
export interface Relay {
  readonly url: string;
  /** Answers in the vendor's place, where it answers at all. */
  answer: ((request: RelayRequest) => RelayAnswer | undefined) | undefined;
  /** Changes what the vendor says. */
  rewrite: (body: string) => string;
  close(): Promise<void>;
}

const noted = new Set([
  'client_secret',
  'code',
  'code_verifier',
  'refresh_token',
  'assertion',
  'client_assertion',
  'password',
]);
const tokens = /"(?:access_token|refresh_token|id_token)"\s*:\s*"([^"]+)"/g;

/** @param to - the vendor; without one every request needs an `answer` */
export async function startRelay(canaries: Canaries, to?: string): Promise<Relay> {
  const noteCookie = (cookie: string): void => {
    const [name = '', value] = cookie.split(/=(.*)/s);
    if (/session|xsrf|sid/i.test(name)) canaries.note(`cookie ${name.trim()}`, value);
  };
  const noteRequest = ({ headers, body }: RelayRequest): void => {
    canaries.note('authorization', headers.authorization?.replace(/^(?:Bearer|Basic) /, ''));
    canaries.note('csrf token', String(headers['x-csrf-token'] ?? ''));
    for (const cookie of headers.cookie?.split(';') ?? []) noteCookie(cookie);
    if (headers['content-type']?.includes('form') !== true) return;
    for (const [name, value] of new URLSearchParams(body)) {
      if (noted.has(name)) canaries.note(`form ${name}`, value);
    }
  };
  const noteAnswer = (headers: IncomingMessage['headers'], body: string): void => {
    canaries.note('csrf token', String(headers['x-csrf-token'] ?? ''));
    for (const cookie of headers['set-cookie'] ?? []) noteCookie(cookie.split(';')[0] ?? '');
    for (const [, token] of body.matchAll(tokens)) canaries.note('issued token', token);
  };
  const forward = (request: RelayRequest) =>
    new Promise<{ message: IncomingMessage; body: string }>((resolve, reject) => {
      const { 'accept-encoding': _plain, ...headers } = request.headers;
      const sent = send(
        `${to}${request.url}`,
        { method: request.method, headers },
        async (message) => {
          resolve({ message, body: await textOf(message).catch(() => '') });
        },
      );
      sent.on('error', reject);
      sent.end(request.body);
    });

  const relay: Relay = {
    url: '',
    answer: undefined,
    rewrite: (body) => body,
    close: async () => undefined,
  };
  const server = createServer(async (incoming, response) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const request = { method, url, headers, body: await textOf(incoming) };
    noteRequest(request);
    const own = relay.answer?.(request);
    if (own !== undefined) {
      noteAnswer({}, own.body);
      response
        .writeHead(own.status, { 'content-type': 'application/json', ...own.headers })
        .end(own.body);
      return;
    }
    try {
      const { message, body } = await forward(request);
      noteAnswer(message.headers, body);
      const {
        'content-length': _length,
        'transfer-encoding': _encoding,
        ...rest
      } = message.headers;
      response.writeHead(message.statusCode ?? 500, rest).end(relay.rewrite(body));
    } catch {
      // The vendor broke the connection, so the relay does.
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(relay, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** The request, told back in the words of a helpful vendor: as headers, bare, as JSON, in a URL, as it came. */
export function echoOf({ method, url, headers, body }: RelayRequest): string {
  const secrets = Object.entries(headers).filter(
    ([name]) => !/^(?:accept|host|user-agent)/.test(name),
  );
  return [
    `${method} ${url} was refused.`,
    ...secrets.map(([name, value]) => `${name}: ${value}`),
    ...secrets.map(([, value]) => `Nobody knows ${value} here.`),
    JSON.stringify({ headers: Object.fromEntries(secrets) }),
    `https://log.example/?${new URLSearchParams(Object.fromEntries(secrets) as Record<string, string>)}`,
    body,
  ].join('\n');
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
