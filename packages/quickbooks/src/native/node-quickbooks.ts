/**
 * A client of node-quickbooks on the connector's pipeline. Its methods take what those of the package
 * take; with a callback they call it, without one they answer a promise of what it would get. Errors are
 * `ConnectorError`s; a callback gets the body with the Fault as its second argument.
 */
export interface NodeQuickbooks {
  readonly [method: string]: (...input: readonly unknown[]) => Promise<unknown>;
}

/** What is used of an instance of the package. */
export type NodeQuickbooksInstance = {
  endpoint: string;
} & { readonly [method: string]: unknown };

/** The class that the package exports; see its constructor. */
export type NodeQuickbooksClass = new (
  consumerKey: string,
  consumerSecret: string,
  token: string,
  tokenSecret: false,
  realmId: string,
  useSandbox: boolean,
  debug: false,
  minorVersion: number,
  oauthVersion: '2.0',
  refreshToken: null,
) => NodeQuickbooksInstance;
