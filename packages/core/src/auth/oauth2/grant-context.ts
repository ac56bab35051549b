import { systemClock } from '../../clock/system-clock.ts';
import type { CallOptions } from '../../contract/call-options.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Logger } from '../../contract/logger.ts';
import { axiosTransport } from '../../http/axios-transport.ts';
import type { HttpTransport } from '../../http/http-transport.ts';
import { abortedByCaller } from '../../http/operation.ts';
import type { NetworkPolicy } from '../../network/network-policy.ts';
import { withAttemptTimeout } from '../../resilience/attempt-timeout.ts';
import type { AuthContext, TlsIdentity } from '../auth-strategy.ts';
import type { TokenStore } from '../tokens/token-store.ts';

/** Where a sign-in happens that no request of a connector caused, for example in a web handler. */
export interface GrantContext extends CallOptions {
  /** Name of the connection in the token store: the one that the connector is made with. */
  readonly connection: string;
  /** The store that the connector is made with. */
  readonly tokens: TokenStore;
  /** @default axios, closed afterwards */
  readonly transport?: HttpTransport | undefined;
  /** Trust, proxy and addresses, as the connector has them. Not beside a `transport`. */
  readonly network?: NetworkPolicy | undefined;
  /** @default the machine's */
  readonly clock?: Clock | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
}

const timeoutMs = 30_000;

/** Lends what the pipeline lends, for the time of `work`. */
export async function withAuthContext<T>(
  options: GrantContext & { readonly tls?: (() => TlsIdentity | Promise<TlsIdentity>) | undefined },
  work: (context: AuthContext) => Promise<T>,
): Promise<T> {
  const { connection, tokens, signal, clock = systemClock, logger = silent } = options;
  return withTransport(options, (transport) =>
    // No request of an API is made here, so there is no base URL.
    work({ connection, tokens, clock, signal, transport, logger, baseUrl: '' }),
  );
}

/** The transport that was given, or one of its own for the time of `work`. */
export async function withTransport<T>(
  options: Pick<GrantContext, 'transport' | 'network' | 'clock' | 'signal'> & {
    readonly tls?: (() => TlsIdentity | Promise<TlsIdentity>) | undefined;
  },
  work: (transport: HttpTransport) => Promise<T>,
): Promise<T> {
  const { clock = systemClock, signal } = options;
  const { tls, network } = options;
  const transport = options.transport ?? axiosTransport({ tls, network });
  try {
    return await work(withAttemptTimeout(transport, { timeoutMs, clock }));
  } catch (error) {
    throw signal?.aborted === true ? abortedByCaller(signal) : error;
  } finally {
    if (options.transport === undefined) await transport.close();
  }
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
