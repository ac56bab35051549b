// Runs the two sandboxes in a process of their own: a vendor's system does not die with its client.
import { renameSync, writeFileSync } from 'node:fs';
import { startCommonSandbox } from '@common/connector-sandbox/common';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import type { Addresses, WorldOptions } from './world.ts';

const [optionsJson = '{}', addressFile = ''] = process.argv.slice(2);
const options = JSON.parse(optionsJson) as WorldOptions;
const { seed, records, faults } = options;

// A tenth of the resets of writes comes after the write was applied; the sandbox's default.
const disturbances = {
  rate: faults,
  kinds: [{ kind: 'status', status: 429, retryAfter: 0 }, { kind: 'status', status: 503 }, 'reset'],
  afterWriteShare: 0.1,
} as const;

const sap = await startSapSandbox({
  seed,
  products: records * 20,
  purchaseOrders: records,
  pageSize: 2000,
  faults: disturbances,
});
const common = await startCommonSandbox({ seed, faults: disturbances });

if (faults > 0) {
  common.faults.add({ kind: 'expired-token', after: 40 });
  sap.faults.add({ kind: 'stale-csrf', match: { method: 'POST' }, after: 20 });
}

// Written whole or not at all: the reader may look at any moment.
const addresses: Addresses = { urls: { sap: sap.url, common: common.url }, options };
writeFileSync(`${addressFile}.new`, JSON.stringify(addresses));
renameSync(`${addressFile}.new`, addressFile);

// Nobody came back for an interrupted run.
let requests = 0;
setInterval(() => {
  const now = sap.journal.total + common.journal.total;
  if (now === requests) process.exit();
  requests = now;
}, 30 * 60_000);
await Promise.all([sap.closed, common.closed]);
process.exit();
