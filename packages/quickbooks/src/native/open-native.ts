import { randomUUID } from 'node:crypto';
import {
  axiosTransport,
  ConnectorError,
  createHttpClient,
  type HttpClient,
  type HttpTransport,
} from '@common/connector-core';
import { classifyQuickbooksResponse } from '../quickbooks-error.ts';
import type { QuickbooksServices } from '../quickbooks-services.ts';
import { baseUrlOf } from '../quickbooks-settings.ts';
import { isRow } from '../row/merge-row.ts';
import { withinBatchLimit } from '../within-batch-limit.ts';
import { loadNodeQuickbooks } from './load-node-quickbooks.ts';
import { exchangeNative, type NativeCall } from './native-exchange.ts';
import type {
  NodeQuickbooks,
  NodeQuickbooksClass,
  NodeQuickbooksInstance,
} from './node-quickbooks.ts';

/** What the package would do with tokens of its own, and would tell nobody. */
const ownTokens: ReadonlySet<string> = new Set([
  'refreshAccessToken',
  'revokeAccess',
  'getUserInfo',
  'reconnect',
  'disconnect',
]);
const readings = /^(?:get|find|report|count|changeDataCapture)/;
const writings = /^(?:create|update|delete|void)/;
const callHeader = 'x-native-call';

/**
 * node-quickbooks on the connector's pipeline. The package sends its requests itself and has no seam for
 * another way, so each call is a single exchange of a transport of its own: governor, breaker, retries,
 * sign-in and renewal of tokens go around it. A timeout ends the waiting, but not the request.
 */
export function openNative(
  services: QuickbooksServices,
  load: () => Promise<NodeQuickbooksClass> = loadNodeQuickbooks,
): { client(): Promise<NodeQuickbooks>; close(): Promise<void> } {
  const { settings, governors, pipeline } = services;
  const { network, transport: given, ...shared } = pipeline;
  // Ending the session is the other client's.
  const { close: _, ...auth } = services.auth;
  const tokens = given ?? axiosTransport({ tls: () => auth.tls?.() ?? {}, network });
  const calls = new Map<string, NativeCall>();
  let loading: Promise<NodeQuickbooks> | undefined;

  const transport = (Package: NodeQuickbooksClass): HttpTransport => ({
    exchange(request) {
      const call = calls.get(request.headers[callHeader] ?? '');
      // Token endpoints are asked over the same transport, without the package.
      if (call === undefined) return tokens.exchange(request);
      const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      return exchangeNative(call, instanceOf(Package, services, token), request);
    },
    close: async () => undefined,
  });

  let http: HttpClient | undefined;
  const open = async (): Promise<NodeQuickbooks> => {
    const Package = await load();
    const client = createHttpClient({
      ...shared,
      system: 'quickbooks',
      baseUrl: baseUrlOf(settings),
      auth,
      classify: classifyQuickbooksResponse({
        readBody: (response) => response.json(),
        ...settings,
      }),
      transport: transport(Package),
    });
    http = client;
    const send: Send = async (method, input) => {
      if (ownTokens.has(method)) return { error: notItsTokens(method) };
      const id = randomUUID();
      const isReading = readings.test(method);
      const repeatable = isReading ? input : withRequestId(method, input);
      const call: NativeCall = { method, input: repeatable ?? input };
      calls.set(id, call);
      const work = () =>
        client.send({
          method: isReading ? 'GET' : 'POST',
          url: `/v3/company/${settings.realmId}/native`,
          headers: { accept: 'application/json', [callHeader]: id },
          idempotent: repeatable !== undefined,
          operation: `native ${method}`,
        });
      try {
        await (method === 'batch' ? withinBatchLimit(governors.batches, work, {}) : work());
        return { data: call.data };
      } catch (error) {
        return { error, data: call.data };
      } finally {
        calls.delete(id);
      }
    };
    return clientOf(instanceOf(Package, services, ''), send);
  };

  return {
    client() {
      loading ??= open().catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
    async close() {
      await http?.close();
      if (given === undefined) await tokens.close();
    },
  };
}

/** What came of a call; with an error, what QuickBooks said. */
type Send = (
  method: string,
  input: readonly unknown[],
) => Promise<{ readonly error?: unknown; readonly data?: unknown }>;

function instanceOf(
  Package: NodeQuickbooksClass,
  { settings }: QuickbooksServices,
  token: string,
): NodeQuickbooksInstance {
  const { realmId, minorVersion } = settings;
  const client = new Package(
    '',
    '',
    token,
    false,
    realmId,
    false,
    false,
    minorVersion,
    '2.0',
    null,
  );
  // Of this instance; the statics of the package belong to everybody in the process.
  client.endpoint = `${baseUrlOf(settings).replace(/\/$/, '')}/v3/company/`;
  return client;
}

/** Every method goes through `send`, with a callback or without. */
function clientOf(instance: NodeQuickbooksInstance, send: Send): NodeQuickbooks {
  return new Proxy(instance, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof name !== 'string' || typeof member !== 'function') return member;
      if (name === 'constructor' || Object.hasOwn(Object.prototype, name)) return member;
      return async (...input: readonly unknown[]) => {
        const callback = input.at(-1);
        if (typeof callback === 'function') {
          const { error = null, data = null } = await send(name, input.slice(0, -1));
          callback(error, data);
          return data;
        }
        const { error, data } = await send(name, input);
        if (error !== undefined) throw error;
        return data;
      };
    },
  }) as unknown as NodeQuickbooks;
}

/** With a request id a write may be sent again; of a key alone or a list, nobody can tell. */
function withRequestId(
  method: string,
  [first, ...others]: readonly unknown[],
): readonly unknown[] | undefined {
  if (!writings.test(method) || !isRow(first)) return undefined;
  return [{ requestId: randomUUID(), ...first }, ...others];
}

function notItsTokens(method: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `The tokens are the connector's: ${method} of node-quickbooks would change them behind its back. Use the sign-in of the connector.`,
    system: 'quickbooks',
    operation: `native ${method}`,
  });
}
