// Runs the published test vectors in a folder over our code: `node scripts/vectors.ts <folder>`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run as odata } from '../packages/odata/src/literals/odata-abnf.vectors.ts';

const suites = [odata];

const vectors = 'odata/odata-abnf-testcases.yaml';
const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(join(folder, vectors))) {
  const what = folder === undefined ? 'was not given' : `"${folder}" has no ${vectors}`;
  process.stderr.write(
    `The folder with the test vectors ${what}.\nUsage: npm run test:vectors -- <folder>, with ${vectors} in it.\n`,
  );
  process.exit(2);
}

let failed = 0;
for (const suite of suites) {
  const report = suite({ folder, readYaml: (path) => parse(readFileSync(path, 'utf8')) });
  failed += report.failures.length;
  const skipped = [...report.notApplicable.values()].reduce((sum, count) => sum + count, 0);
  const applicable = report.passed + report.failures.length;
  process.stdout.write(
    `${report.name}: ${applicable} applicable, ${report.passed} passed, ${report.failures.length} failed, ${skipped} not applicable\n`,
  );
  for (const [reason, count] of [...report.notApplicable].sort(([, a], [, b]) => b - a)) {
    process.stdout.write(`  not applicable: ${count} ${reason}\n`);
  }
  for (const failure of report.failures) process.stdout.write(`  failed: ${failure}\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
