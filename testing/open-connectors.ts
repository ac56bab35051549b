/** A sandbox and connectors to it; all are closed with `await using`. */
export interface OpenConnectors<Sandbox, Connector, Options> extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Another connector to the same sandbox. */
  connect(own?: Partial<Options>): Connector;
}

export function openConnectors<
  Sandbox extends { close(): Promise<void> },
  Connector extends { disconnect(): Promise<void> },
  Options,
>(
  sandbox: Sandbox,
  make: (own: Partial<Options>) => Connector,
): OpenConnectors<Sandbox, Connector, Options> {
  const open: Connector[] = [];
  return {
    sandbox,
    connect(own = {}) {
      const connector = make(own);
      open.push(connector);
      return connector;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((connector) => connector.disconnect()));
      await sandbox.close();
    },
  };
}
