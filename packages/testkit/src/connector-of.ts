import type { EntityMap, IErpConnector } from '@common/connector-core';
import type { ConformanceHarness } from './conformance-harness.ts';
import { createHastyClock } from './stage/hasty-clock.ts';
import { createRecordingLogger } from './stage/recording-logger.ts';
import { pageSize } from './stage/stage.ts';

/** A connector of the harness that nobody listens to, to look at what it declares. */
export async function connectorOf<Entities extends EntityMap>(
  harness: ConformanceHarness<Entities>,
): Promise<IErpConnector<Entities>> {
  const connector = await harness.create({
    baseUrl: 'http://127.0.0.1:9',
    credentials: 'good',
    pageSize,
    clock: createHastyClock(),
    random: () => 0.5,
    logger: createRecordingLogger(),
  });
  await connector.disconnect();
  return connector;
}
