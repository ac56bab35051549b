import { createHttpClient } from '../http/create-http-client.ts';
import { type PipelineOptions, splitPipelineOptions } from '../http/pipeline-options.ts';
import { createCircuitBreaker } from '../resilience/circuit-breaker.ts';
import { createGovernor } from '../resilience/governor.ts';
import { commonLogin } from './common-auth.ts';
import { createCommonCaller } from './common-call.ts';
import type { CommonClient } from './common-client.ts';
import { classifyCommonResponse } from './common-error.ts';
import { type CommonSettings, checkCommonSettings } from './common-settings.ts';
import { authEndpoints } from './endpoints/auth-endpoints.ts';
import { directoryEndpoints } from './endpoints/directory-endpoints.ts';
import { erpSyncEndpoints } from './endpoints/erp-sync-endpoints.ts';
import { purchaseOrderEndpoints } from './endpoints/purchase-order-endpoints.ts';

/** Settings, and what the request pipeline can be given. */
export interface CommonClientOptions extends CommonSettings, PipelineOptions {}

/**
 * Makes a client of the Common API. Nothing is sent before the first call, which signs in.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` that names every bad setting
 */
export function createCommonClient(options: CommonClientOptions): CommonClient {
  const { baseUrl, clientId, clientSecret, companyId } = checkCommonSettings(options);
  const given = splitPipelineOptions(options).pipeline;
  const { clock } = given;
  const pipeline = {
    tenant: companyId,
    ...given,
    system: 'common',
    baseUrl,
    governor: given.governor ?? createGovernor({ clock }),
    breaker: given.breaker ?? createCircuitBreaker({ clock }),
    classify: classifyCommonResponse,
  };
  const auth = commonLogin({ clientId, clientSecret, companyId });
  const signed = createHttpClient({ ...pipeline, auth });
  // Signing in is not signed itself, and shares budget and circuit.
  const { observer } = given;
  const unsigned = createHttpClient({
    ...pipeline,
    // One life for both, or it would be told twice.
    observer: observer && { operation: (start) => observer.operation?.(start) },
  });
  const caller = createCommonCaller(signed);
  return {
    auth: authEndpoints(createCommonCaller(unsigned), { clientId, clientSecret }),
    purchaseOrders: purchaseOrderEndpoints(caller),
    erpSync: erpSyncEndpoints(caller),
    ...directoryEndpoints(caller),
    health: () => signed.health(),
    async close() {
      await Promise.all([signed.close(), unsigned.close()]);
    },
  };
}
