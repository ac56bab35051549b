// Runs the published test vectors in a folder over our code: `node scripts/vectors.ts <folder>`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run as aesGcm, aesGcmVectors } from '../packages/core/src/crypto/aes-gcm.vectors.ts';
import { run as hmac, hmacVectors } from '../packages/core/src/crypto/hmac.vectors.ts';
import { run as jwe, jweVectors } from '../packages/core/src/crypto/jwe.vectors.ts';
import { run as jws, jwsVectors } from '../packages/core/src/crypto/jws.vectors.ts';
import { run as odata } from '../packages/odata/src/literals/odata-abnf.vectors.ts';

const suites = [
  { file: 'odata/odata-abnf-testcases.yaml', run: odata },
  { file: aesGcmVectors, run: aesGcm },
  { file: hmacVectors, run: hmac },
  { file: jweVectors, run: jwe },
  { file: jwsVectors, run: jws },
];

const [folder = ''] = process.argv.slice(2);
const isThere = ({ file }: { readonly file: string }) => existsSync(join(folder, file));
if (folder === '' || !suites.some(isThere)) {
  const what = folder === '' ? 'was not given' : `"${folder}" has none of them`;
  const files = suites.map(({ file }) => `  ${file}\n`).join('');
  process.stderr.write(
    `The folder with the test vectors ${what}.\nUsage: npm run test:vectors -- <folder>, with any of these in it:\n${files}`,
  );
  process.exit(2);
}

let failed = 0;
for (const suite of suites) {
  if (!isThere(suite)) {
    process.stdout.write(`${suite.file} is not there: not run\n`);
    continue;
  }
  const report = await suite.run({ folder, readYaml: (path) => parse(readFileSync(path, 'utf8')) });
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
