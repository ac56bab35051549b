import {
  createGovernor,
  type Governor,
  type PipelineOptions,
  type RateLimit,
} from '@common/connector-core';

/**
 * Requests of an app to one company: Intuit takes 10 in a second and 500 in a minute (limits and
 * throttles). Nine in a little more than a second are as many in a minute, and leave room for one that
 * was late on its way. Give them to a governor of your own when several processes share a company:
 * `createGovernor({ rate: quickbooksRates, shared: { store, name: 'quickbooks:<realm id>' } })`.
 */
export const quickbooksRates: readonly RateLimit[] = [
  { requests: 9, perMs: 1_080 },
  { requests: 500, perMs: 61_000 },
];

/** Batches have a limit of their own beside that of all requests: 40 in a minute. */
const batchRates: readonly RateLimit[] = [{ requests: 40, perMs: 61_000 }];

/** Most items of a batch (Intuit recommends 30; more are refused with 1040). */
export const maxBatchItems = 30;

/** The budgets of one company. */
export interface QuickbooksGovernors {
  readonly requests: Governor;
  readonly batches: Governor;
}

export function quickbooksGovernors({
  governor,
  clock,
  random,
  logger,
}: PipelineOptions): QuickbooksGovernors {
  const services = { clock, random, logger };
  const requests = governor ?? createGovernor({ ...services, rate: quickbooksRates });
  return {
    requests,
    batches:
      requests.beside?.('batches', batchRates) ??
      createGovernor({ ...services, rate: batchRates, adaptive: false }),
  };
}
