import type { ConnectorHealth } from '../contract/connector-health.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';

/** Sends requests of one connection through the pipeline. Made by `createHttpClient`. */
export interface HttpClient {
  /** Origin and path that relative URLs hang on, as configured, without a trailing slash. */
  readonly baseUrl: string;
  /**
   * Sends a request and answers when its outcome is known.
   *
   * @throws ConnectorError for every failure, classified; `outcomeUnknown` is set when the server
   *   may have acted although no answer arrived
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** How its requests of the last five minutes went; asking costs no request. */
  health(): ConnectorHealth;
  /** Aborts what is under way, ends the session at the vendor where there is one, closes the sockets. */
  close(): Promise<void>;
}
