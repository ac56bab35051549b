import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, 'conformance.ts');

function run(...args: readonly string[]) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, ['--conditions=@common/source', script, ...args]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('npm run conformance', () => {
  it('prints the report of a connector as JSON and nothing else, progress apart', async () => {
    const { code, out, err } = await run('--json', '--only', 'custom-connector');
    const { connectors } = JSON.parse(out);
    expect(connectors).toHaveLength(1);
    const [{ behaviours, ...report }] = connectors;
    const { passed, failed, notApplicable } = report;
    expect(report).toEqual({
      id: 'custom-connector',
      passed,
      failed: 0,
      notApplicable,
      grade: 'A',
    });
    expect(passed + failed + notApplicable).toBe(behaviours.length);
    expect(behaviours).toContainEqual({
      name: 'reads many pages, every record once',
      result: 'passed',
    });
    expect(behaviours).toContainEqual({
      name: 'deletes a record',
      result: 'not-applicable',
      reason: 'declares delete: false',
    });
    expect(err).toContain('custom-connector: ');
    expect(code).toBe(0);
  });

  it('names the connectors there are, for one that is not', async () => {
    const { code, err } = await run('--only', 'oracle');
    expect(code).toBe(2);
    expect(err).toContain('No connector is named "oracle": ');
    expect(err).toContain('sap-v4');
  });
});
