import {
  type AuthStrategy,
  abortable,
  type CallOptions,
  createHttpClient,
  type HttpClient,
  type PipelineOptions,
  systemClock,
} from '@common/connector-core';
import {
  createCsrfSession,
  createODataClient,
  type EntityType,
  type ODataClient,
  type ODataVersion,
} from '@common/connector-odata';
import { withLiveFields } from './custom-fields.ts';
import type { SapEntity } from './sap-entity.ts';
import { classifySapResponse } from './sap-error.ts';
import type { SapConfiguration } from './sap-settings.ts';

/** An open connection: one pipeline, one CSRF session, a client for each service. */
export interface SapSession {
  readonly http: HttpClient;
  /** In the query of every request. */
  readonly query: Readonly<Record<string, string>>;
  service(path: string, version: ODataVersion): ODataClient;
  /** The type with the customer fields of the live service, which is asked once. */
  liveType(entity: SapEntity, call: CallOptions): Promise<EntityType>;
}

export function openSapSession(
  settings: SapConfiguration,
  auth: AuthStrategy,
  pipeline: PipelineOptions,
): SapSession {
  const { baseUrl, client, language } = settings;
  const { clock = systemClock } = pipeline;
  const http = createHttpClient({
    tenant: client ?? 'default',
    ...pipeline,
    system: 'sap',
    baseUrl,
    auth,
    classify: classifySapResponse,
  });
  const csrf = createCsrfSession({ http, now: () => clock.now() });
  const query = {
    ...settings.query,
    ...(client ? { 'sap-client': client } : {}),
    'sap-language': language,
  };
  const clients = new Map<string, ODataClient>();
  const liveTypes = new Map<EntityType, Promise<EntityType>>();

  const service = (servicePath: string, version: ODataVersion): ODataClient => {
    const id = `${version} ${servicePath}`;
    const known = clients.get(id);
    if (known) return known;
    // Decimals of V4 are numbers on the wire; asked for as strings, all digits arrive.
    const ieee754Compatible = version === 'v4';
    const made = createODataClient({ http, servicePath, version, csrf, query, ieee754Compatible });
    clients.set(id, made);
    return made;
  };

  return {
    http,
    query,
    service,
    liveType({ type, servicePath, version }, { signal }) {
      let live = liveTypes.get(type);
      if (live === undefined) {
        live = service(servicePath, version)
          .metadata()
          .then((metadata) => withLiveFields(type, metadata));
        liveTypes.set(type, live);
        live.catch(() => liveTypes.delete(type));
      }
      return abortable(live, signal);
    },
  };
}
