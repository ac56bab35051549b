import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchImportTime } from './import-time.ts';
import { benchInstalledSize } from './installed-size.ts';
import { benchJobs } from './jobs.ts';
import { benchMapping } from './mapping.ts';
import { benchODataRead } from './odata-read.ts';
import { benchPage } from './page.ts';
import { benchPipeline } from './pipeline.ts';
import { benchQuickbooksRead } from './quickbooks-read.ts';
import { benchResume } from './resume.ts';
import type { Row } from './row.ts';
import { benchSalesforceRead } from './salesforce-read.ts';
import { benchSync } from './sync.ts';
import { benchSyncMemory } from './sync-memory.ts';
import { benchVault } from './vault.ts';
import { benchWebhooks } from './webhooks.ts';
import { benchWorkers } from './workers.ts';

const suites = {
  read: benchODataRead,
  salesforce: benchSalesforceRead,
  quickbooks: benchQuickbooksRead,
  mapping: benchMapping,
  pipeline: benchPipeline,
  import: benchImportTime,
  size: benchInstalledSize,
  sync: benchSync,
  page: benchPage,
  resume: benchResume,
  memory: benchSyncMemory,
  jobs: benchJobs,
  workers: benchWorkers,
  webhooks: benchWebhooks,
  vault: benchVault,
} satisfies Record<string, () => Promise<readonly Row[]>>;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' } },
});
const names = Object.keys(suites) as (keyof typeof suites)[];
const unknown = positionals.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no suite "${unknown.join(', ')}". Suites: ${names.join(', ')}.`);
  process.exit(2);
}

const rows: Row[] = [];
for (const name of names.filter((one) => positionals.length === 0 || positionals.includes(one))) {
  process.stderr.write(`${name} …\n`);
  rows.push(...(await suites[name]()));
}

const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
const stamp = new Date().toISOString().replaceAll(':', '-');
writeFileSync(join(results, `${stamp}.json`), `${JSON.stringify({ rows }, null, 2)}\n`);

if (values.json) console.log(JSON.stringify({ rows }));
else {
  console.table(
    rows.map(({ name, value, unit, peer, peerValue, ratio, bar, pass }) => ({
      name,
      value: Math.round(value),
      unit,
      peer,
      'peer value': Math.round(peerValue),
      ratio: Number(ratio.toFixed(2)),
      bar,
      pass,
    })),
  );
}
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
