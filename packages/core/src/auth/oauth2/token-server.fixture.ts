import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ManualClock, manualClock } from '../../clock/manual-clock.ts';
import type { ConnectorError } from '../../errors/connector-error.ts';
import { axiosTransport } from '../../http/axios-transport.ts';
import type { AuthContext, AuthStrategy } from '../auth-strategy.ts';
import { memoryTokenStore } from '../tokens/memory-token-store.ts';

/** What a token endpoint was sent. */
export interface TokenCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly form: Readonly<Record<string, string>>;
}

/** What it answers: 200 and JSON unless told otherwise. */
export type TokenAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
} & ({ readonly body: string } | { readonly json: unknown });

/** A token endpoint over real HTTP, and a context to sign in with. */
export interface TokenServer {
  readonly origin: string;
  readonly tokenUrl: string;
  readonly calls: readonly TokenCall[];
  readonly clock: ManualClock;
  readonly context: AuthContext;
  /** Value of the `authorization` header that the strategy sets. */
  signIn(auth: AuthStrategy, context?: Partial<AuthContext>): Promise<string | undefined>;
  /** The error that the sign-in ends with. */
  refusal(auth: AuthStrategy): Promise<ConnectorError>;
  /** Sockets that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a server that answers by a function of the call and its number, from 1. */
export async function tokenServer(
  answer: (call: TokenCall, number: number) => TokenAnswer = (_, number) => ({
    json: { access_token: `t${number}`, token_type: 'Bearer', expires_in: 3600 },
  }),
): Promise<TokenServer> {
  const calls: TokenCall[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      form: Object.fromEntries(new URLSearchParams(body)),
    };
    calls.push(call);
    const made = answer(call, calls.length);
    response.writeHead(made.status ?? 200, {
      'content-type': 'application/json',
      ...made.headers,
    });
    response.end('json' in made ? JSON.stringify(made.json) : made.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = manualClock();
  const transport = axiosTransport();
  const context: AuthContext = {
    transport,
    clock,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    tokens: memoryTokenStore(),
    connection: 'acme',
    baseUrl: 'https://api.example.com',
  };
  const signIn: TokenServer['signIn'] = async (auth, changed) => {
    const draft = { method: 'GET', url: 'https://api.example.com/a', headers: {} };
    await auth.authorize(draft, { ...context, ...changed });
    return (draft.headers as Record<string, string>).authorization;
  };
  return {
    origin,
    tokenUrl: `${origin}/oauth/token`,
    calls,
    clock,
    context,
    signIn,
    refusal: (auth) =>
      signIn(auth).then(
        () => Promise.reject(new Error('the sign-in succeeded')),
        (error: unknown) => error as ConnectorError,
      ),
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async close() {
      await transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ignore = (): void => undefined;
