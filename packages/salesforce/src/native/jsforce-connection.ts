// Told by its form: apps without jsforce have to compile too.

/** A page of a query as jsforce answers it. Numbers are doubles: digits beyond 15 are lost. */
export interface JsforcePage {
  readonly totalSize: number;
  readonly done: boolean;
  /** For `queryMore`. */
  readonly nextRecordsUrl?: string;
  readonly records: readonly object[];
}

/**
 * What nearly every user of a jsforce `Connection` needs of it. The connection that `native` gives has
 * everything else too: name the type of the package, `native<Connection>()`.
 */
export interface JsforceConnection {
  readonly version: string;
  /** Origin of the org; follows it when it moves. */
  readonly instanceUrl: string;
  query(soql: string): PromiseLike<JsforcePage>;
  queryMore(locator: string): PromiseLike<JsforcePage>;
  describe(object: string): Promise<object>;
  /** A path below the org or the version, or a request. Answers the parsed body. */
  request(
    request:
      | string
      | {
          readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
          readonly url: string;
          readonly headers?: { readonly [name: string]: string };
          readonly body?: string;
        },
  ): Promise<unknown>;
}
