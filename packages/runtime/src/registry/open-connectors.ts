import { ConnectorError, type IErpConnector, type Logger } from '@common/connector-core';
import { type ConnectorUse, guardConnector } from './guard-connector.ts';

/** Whose connector it is. */
interface ConnectorKey {
  readonly tenant: string;
  readonly id: string;
}

interface Entry {
  readonly version: number;
  readonly code: string;
  readonly made: Promise<IErpConnector>;
  /** Works that use it now, and connectors of it that were handed out and are still held. */
  users: number;
  retired: ConnectorError | undefined;
}

/** Whether `work` counts as a use that ends, or the connector is handed out for good. */
interface Request {
  readonly key: ConnectorKey;
  readonly code: string;
  readonly version: number;
  readonly make: () => Promise<IErpConnector>;
}

/** The connectors of this process: one for each connection, of its present version. */
export interface OpenConnectors {
  /** The connector until its connection changes, or nobody holds it any more. */
  pin(request: Request): Promise<IErpConnector>;
  /** The connector for the time of `work`. */
  use<Result>(
    request: Request,
    work: (connector: IErpConnector) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Ends the connector of a connection at once; its session and sockets are closed in the background.
   *
   * @param reason - what became of the connection
   */
  retire(key: ConnectorKey, reason: string): void;
  /** Ends all, and waits until everything is closed. */
  close(): Promise<void>;
}

export function openConnectors(options: {
  readonly maxIdle: number;
  readonly logger: Logger | undefined;
}): OpenConnectors {
  const { maxIdle, logger } = options;
  // In the order of their last use.
  const entries = new Map<string, Entry>();
  const closings = new Set<Promise<void>>();
  let isClosed = false;

  const disconnect = async ({ made, code }: Entry): Promise<void> => {
    try {
      await (await made).disconnect();
    } catch (error) {
      // One that was never made, or whose session ends by itself.
      const { message } = error as Error;
      logger?.debug('A connector did not close well.', { connection: code, message });
    }
  };

  const end = (entry: Entry, reason: ConnectorError): void => {
    // At once: from here on nobody gets anything through it, however long its closing takes.
    entry.retired = reason;
    const closing = disconnect(entry).finally(() => closings.delete(closing));
    closings.add(closing);
  };

  const entryOf = (request: Request): { name: string; entry: Entry } => {
    if (isClosed) throw registryClosed();
    const { key, code, version, make } = request;
    const name = nameOf(key);
    const known = entries.get(name);
    // A reader that was slow may know an older version than the one that is open.
    if (known !== undefined && known.version >= version) {
      entries.delete(name);
      entries.set(name, known);
      return { name, entry: known };
    }
    if (known !== undefined) end(known, closed(known.code, 'was changed'));
    const entry: Entry = {
      ...{ version, code, made: make(), users: 0, retired: undefined },
    };
    entries.set(name, entry);
    entry.made.catch(() => entries.get(name) === entry && entries.delete(name));
    return { name, entry };
  };

  const trim = (): void => {
    const idle = [...entries].filter(([, { users }]) => users === 0);
    for (const [name, entry] of idle.slice(0, Math.max(0, idle.length - maxIdle))) {
      entries.delete(name);
      end(entry, closed(entry.code, 'was not used for long'));
    }
  };

  const begin = (entry: Entry): void => {
    entry.users += 1;
  };
  const leave = (entry: Entry): void => {
    entry.users -= 1;
    trim();
  };
  // Whoever was handed a connector says nothing when it is done with it: it just holds it no more.
  const dropped = new FinalizationRegistry(leave);

  const guarded = async (entry: Entry, use: ConnectorUse): Promise<IErpConnector> => {
    const connector = await entry.made;
    if (entry.retired !== undefined) throw entry.retired;
    return guardConnector(connector, use);
  };

  return {
    async pin(request) {
      const { entry } = entryOf(request);
      const use: ConnectorUse = {
        retired: () => entry.retired,
        begin: () => begin(entry),
        end: () => leave(entry),
      };
      begin(entry);
      dropped.register(use, entry);
      return guarded(entry, use);
    },
    async use(request, work) {
      const { entry } = entryOf(request);
      begin(entry);
      try {
        return await work(await guarded(entry, { retired: () => entry.retired }));
      } finally {
        leave(entry);
      }
    },
    retire(key, reason) {
      const name = nameOf(key);
      const entry = entries.get(name);
      if (entry === undefined) return;
      entries.delete(name);
      end(entry, closed(entry.code, reason));
    },
    async close() {
      isClosed = true;
      for (const entry of entries.values()) end(entry, registryClosed());
      entries.clear();
      await Promise.all(closings);
    },
  };
}

/** Two of them never become one name, whatever is in them. */
function nameOf({ tenant, id }: ConnectorKey): string {
  return JSON.stringify([tenant, id]);
}

function closed(code: string, reason: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONNECTION_CLOSED',
    category: 'transient',
    notExecuted: true,
    message: `The connection ${code} ${reason}, so its connector was closed. Open it again.`,
  });
}

function registryClosed(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_REGISTRY_CLOSED',
    category: 'internal',
    message: 'The connection registry has been closed. Close it after the last work has ended.',
  });
}
