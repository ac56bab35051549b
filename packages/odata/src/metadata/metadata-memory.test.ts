import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('./parse-large-metadata.fixture.ts', import.meta.url));

async function parse(...options: readonly string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@common/source',
    script,
    String(28 * 1024 * 1024),
    ...options,
  ]);
  return JSON.parse(stdout) as { written: number; growthMb: number; types: number };
}

describe('a document of 28 MB', () => {
  test('needs less than 200 MB when all of it is kept', async () => {
    const { written, growthMb, types } = await parse();
    expect(written).toBeGreaterThan(28 * 1024 * 1024);
    expect(types).toBeGreaterThan(4000);
    expect(growthMb).toBeLessThan(200);
  });

  test('and no more when one entity set is', async () => {
    const { growthMb, types } = await parse('Set7');
    expect(types).toBe(1);
    expect(growthMb).toBeLessThan(200);
  });
});
