import {
  type AuthStrategy,
  type CallOptions,
  ConnectorError,
  createHttpClient,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type PipelineOptions,
  systemClock,
} from '@common/connector-core';
import { aborted } from './aborted.ts';
import { createRunningJobs, type RunningJobs } from './bulk/running-jobs.ts';
import { createDescriptions, type ObjectDescription } from './object-description.ts';
import { type QueryPage, runQuery } from './run-query.ts';
import { classifySalesforceResponse } from './salesforce-error.ts';
import type { SalesforceConfiguration } from './salesforce-settings-schema.ts';
import type { Soql } from './soql/soql.ts';

/** A request below `/services/data/vNN.0`, or below the org when its path begins with `/services/`. */
interface SalesforceRequest
  extends Omit<HttpRequest, 'url' | 'body' | 'correlationId' | 'priority' | 'signal'>,
    CallOptions {
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: HttpRequest['body'];
}

/** Who is signed in, and where; for protocols that are not HTTP. */
interface SignedIn {
  readonly accessToken: string;
  /** Origin of the org. */
  readonly instanceUrl: string;
  readonly organizationId: string;
  readonly userId: string;
}

export interface QueryOptions extends CallOptions {
  /** Whether deleted and archived records come too. @default false */
  readonly all?: boolean | undefined;
  readonly operation?: string | undefined;
  readonly entity?: string | undefined;
}

/** An open connection: one pipeline and what is known about the objects of the org. */
export interface SalesforceSession {
  readonly http: HttpClient;
  /** For example `67.0`. */
  readonly apiVersion: string;
  /** `/services/data/v67.0` */
  readonly dataPath: string;
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** @throws ConnectorError `ERR_ABORTED` */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  request(request: SalesforceRequest): Promise<HttpResponse>;
  /** Page after page, to the last; the pages are as long as Salesforce makes them. */
  query(soql: Soql, options?: QueryOptions): AsyncGenerator<QueryPage>;
  /** The rest of a query whose page named it. */
  queryMore(nextRecordsUrl: string, options?: QueryOptions): AsyncGenerator<QueryPage>;
  /** What an object looks like to this user; known for an hour. */
  describe(object: string, options?: CallOptions): Promise<ObjectDescription>;
  /** Asks anew from now on, for example because a field has gone. */
  forgetDescriptions(): void;
  /** Jobs of the Bulk API that nobody waits for. */
  readonly runningJobs: RunningJobs;
  /** Costs a request; the token is good until it is refused. */
  signedIn(options?: CallOptions): Promise<SignedIn>;
}

export function openSalesforceSession(
  settings: SalesforceConfiguration,
  auth: AuthStrategy,
  pipeline: PipelineOptions,
): SalesforceSession {
  const { apiVersion, clientName, instanceUrl, loginUrl } = settings;
  const { clock = systemClock, random = Math.random } = pipeline;
  const dataPath = `/services/data/v${apiVersion}`;
  let authorization = '';
  const http = createHttpClient({
    ...pipeline,
    // Marks the change events of our own writes, so that they can be told from others'.
    headers: { 'sforce-call-options': `client=${clientName}`, ...pipeline.headers },
    system: 'salesforce',
    baseUrl: instanceUrl ?? loginUrl,
    auth: {
      ...auth,
      async authorize(draft, context) {
        await auth.authorize(draft, context);
        authorization = draft.headers.authorization ?? '';
      },
    },
    classify: classifySalesforceResponse,
  });

  const request: SalesforceSession['request'] = ({ path, json, headers, ...rest }) =>
    http.send({
      ...rest,
      // What a page names is taken as it is; the pipeline refuses another origin.
      url: /^(?:\/services\/|[a-z]+:|\/\/)/i.test(path) ? path : dataPath + path,
      ...(json === undefined
        ? { headers }
        : {
            headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
            body: JSON.stringify(json),
          }),
    });
  const descriptions = createDescriptions({ request, now: () => clock.now(), apiVersion });

  const session: SalesforceSession = {
    http,
    apiVersion,
    dataPath,
    now: () => clock.now(),
    random,
    async sleep(milliseconds, signal) {
      try {
        await clock.sleep(milliseconds, signal);
      } catch (error) {
        throw signal?.aborted ? aborted(signal) : error;
      }
    },
    request,
    query: (soql, options = {}) => runQuery({ request, dataPath }, { soql }, options),
    queryMore: (start, options = {}) => runQuery({ request, dataPath }, { start }, options),
    describe: descriptions.describe,
    forgetDescriptions: descriptions.forget,
    runningJobs: createRunningJobs(() => session),

    async signedIn(options = {}) {
      const path = '/services/oauth2/userinfo';
      const answer = await request({ ...options, method: 'GET', path, operation: 'signedIn' });
      const { organization_id, user_id } = (answer.json() ?? {}) as Record<string, unknown>;
      const [, accessToken] = /^Bearer (.+)$/.exec(authorization) ?? [];
      if (typeof organization_id === 'string' && accessToken !== undefined) {
        const { origin } = new URL(answer.url);
        return {
          accessToken,
          instanceUrl: origin,
          organizationId: organization_id,
          userId: String(user_id ?? ''),
        };
      }
      throw new ConnectorError({
        code: 'ERR_INVALID_RESPONSE',
        category: 'configuration',
        message: 'Salesforce does not tell who is signed in. Check instanceUrl.',
        system: 'salesforce',
      });
    },
  };
  return session;
}
