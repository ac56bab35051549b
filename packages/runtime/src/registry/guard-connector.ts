import type { ConnectorError, IErpConnector } from '@common/connector-core';

/** Members that answer pages. */
const streams: readonly string[] = ['list', 'changes', 'events'];

/**
 * The same connector until it is retired: a connector that was disconnected connects again when it is
 * called, and would go on with settings that hold no more. `disconnect` is the registry's.
 *
 * @param retired - why it may not be used any more
 */
export function guardConnector(
  connector: IErpConnector,
  retired: () => ConnectorError | undefined,
): IErpConnector {
  const check = (): void => {
    const error = retired();
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
        return call(...given);
      },
    ];
  });
  return { ...Object.fromEntries(guarded), disconnect: async () => undefined } as IErpConnector;
}
