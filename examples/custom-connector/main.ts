import type { Product } from '@common/connector-core';
import { openAcme } from './sandbox/open-acme.ts';
import { acme, acmeKey } from './src/index.ts';

const apiKey = 'demo-key';
const sandbox = await openAcme(apiKey);
const erp = acme({ baseUrl: sandbox.url, auth: acmeKey(apiKey), pageSize: 2 });

const report = await erp.testConnection();
console.log(report.checks.map(({ message }) => message).join('\n'));

for await (const page of erp.list('product')) {
  for (const { source, productNumber, description, netWeight } of page.records) {
    console.log(`  ${source?.key}  ${productNumber}  ${description}  ${netWeight} kg`);
  }
}

// Read everything once, and remember where that ended.
let checkpoint = {};
for await (const page of erp.changes('product')) checkpoint = page.checkpoint;

const hammer: Product = {
  productNumber: 'ACME-6',
  description: 'Hammer',
  baseUnit: { code: 'C62' },
  netWeight: '0.750',
};
const nail: Product = { productNumber: 'ACME-7', description: 'Nail without a unit' };
const results = await erp.write('product', [
  { op: 'upsert', record: hammer, idempotencyKey: 'order-4711-hammer' },
  { op: 'upsert', record: hammer, idempotencyKey: 'order-4711-hammer' },
  { op: 'upsert', record: nail },
]);
for (const result of results) {
  console.log(
    'error' in result
      ? `${result.status}: ${result.error.message}`
      : `${result.status} ${result.key}`,
  );
}

for await (const page of erp.changes('product', checkpoint)) {
  for (const change of page.changes) {
    if (change.op === 'upsert') console.log(`changed: ${change.record.productNumber}`);
  }
}

await erp.disconnect();
await sandbox.close();
