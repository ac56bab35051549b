import type { ConnectorError, IErpConnector } from '@common/connector-core';

/** Members that answer pages. */
const streams: readonly string[] = ['list', 'changes', 'events'];

/** What a connector that was handed out tells, and is told. */
export interface ConnectorUse {
  /** Why it may not be used any more. */
  retired(): ConnectorError | undefined;
  /** A call begins, which goes on although nobody holds the connector. */
  begin?(): void;
  end?(): void;
}

/**
 * The same connector until it is retired: a connector that was disconnected connects again when it is
 * called, and would go on with settings that hold no more. `disconnect` is the registry's. Every function of
 * it, and every stream of pages, holds `use`.
 */
export function guardConnector(connector: IErpConnector, use: ConnectorUse): IErpConnector {
  const check = (): void => {
    const error = use.retired();
    if (error !== undefined) throw error;
  };

  async function* pages(open: () => AsyncIterable<unknown>): AsyncGenerator<unknown> {
    check();
    for await (const page of open()) {
      check();
      yield page;
    }
  }

  const guarded = Object.entries(connector).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function' || name === 'health') return [name, member];
    const call = (...given: unknown[]): unknown => Reflect.apply(member, connector, given);
    if (streams.includes(name))
      return [name, (...given: unknown[]) => pages(() => call(...given) as AsyncIterable<unknown>)];
    return [
      name,
      async (...given: unknown[]) => {
        check();
        use.begin?.();
        try {
          return await call(...given);
        } finally {
          // Nobody sees what becomes of a vendor's own client: it is never taken away.
          if (name !== 'native') use.end?.();
        }
      },
    ];
  });
  return { ...Object.fromEntries(guarded), disconnect: async () => undefined } as IErpConnector;
}
