import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from './report.ts';
import type { Addresses } from './world.ts';

let folder: string;
let job: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-job-'));
});

afterEach(async () => {
  job?.kill('SIGKILL');
  // A job that did not come to its end leaves its sandboxes for the next one, which there is not.
  const addresses = join(folder, '.quickstart/sandboxes.json');
  if (existsSync(addresses)) {
    const { urls } = JSON.parse(readFileSync(addresses, 'utf8')) as Addresses;
    const stop = (url: string) => fetch(`${url}/__sandbox/shutdown`, { method: 'POST' });
    await Promise.allSettled(Object.values(urls).map(stop));
  }
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]): ChildProcess {
  const { COMMON_API_BASE_URL: _common, SAP_BASE_URL: _sap, ...env } = process.env;
  job = spawn(
    process.execPath,
    ['--conditions=@common/source', join(import.meta.dirname, 'main.ts'), ...args],
    { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return job;
}

/** Resolves as soon as the job says so, or has ended. */
async function until(child: ChildProcess, text: string): Promise<void> {
  let said = '';
  for await (const chunk of child.stderr!) {
    said += chunk;
    if (said.includes(text)) return;
  }
}

async function finish(child: ChildProcess): Promise<{ code: number; out: string; err: string }> {
  const read = async (stream: ChildProcess['stdout']) => {
    let text = '';
    for await (const chunk of stream!) text += chunk;
    return text;
  };
  const [[code], out, err] = await Promise.all([
    once(child, 'exit') as Promise<[number]>,
    read(child.stdout),
    read(child.stderr),
  ]);
  return { code, out, err };
}

describe('the main job', () => {
  it('loses nothing and doubles nothing, and prints nothing but JSON if asked', async () => {
    const { code, out } = await finish(start('--records', '40', '--seed', '3', '--json'));
    const report = JSON.parse(out) as Report;
    expect(report).toMatchObject({ seed: 3, lost: 0, doubled: 0 });
    expect(report.faults.injected).toBeGreaterThan(0);
    expect(report.flows.map(({ name, failed }) => [name, failed])).toEqual([
      ['1 catalogue, full', 0],
      ['2 catalogue, what changed', 0],
      ['3 SAP orders to Common', 0],
      ['4 Common orders to SAP', 0],
      ['5 approved amendments to SAP', 0],
      ['6 SAP changes proposed in Common', 0],
      ['7 decisions back to SAP', 0],
    ]);
    expect(report.reconcile).toEqual([
      { entity: 'product', compared: 800, missing: 0, extra: 0, different: 0, unreadable: 0 },
      expect.objectContaining({ entity: 'purchaseOrder', missing: 0, extra: 0, different: 0 }),
    ]);
    expect(code).toBe(0);
  }, 120_000);

  it('takes nothing over from a finished run, however early the next one is killed', async () => {
    expect((await finish(start('--records', '20', '--seed', '5'))).code).toBe(0);
    const args = ['--records', '20', '--seed', '6'];
    const child = start(...args);
    const found = join(folder, '.quickstart/sandboxes.json');
    // The first moment at which the next process can find the new sandboxes.
    while (!existsSync(found)) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await once(child, 'close');
    const { code, err, out } = await finish(start(...args, '--json'));
    expect(err).toContain('Going on with an interrupted run');
    const report = JSON.parse(out) as Report;
    expect(report).toMatchObject({ lost: 0, doubled: 0 });
    expect(report.flows[0]?.inserted).toBe(400);
    expect(code).toBe(0);
  }, 120_000);

  it('goes on where it was after kill -9', async () => {
    const args = ['--records', '40', '--seed', '4'];
    for (const moment of ['SAP sandbox', '2 catalogue', '3 SAP orders', '5 approved']) {
      const child = start(...args);
      await until(child, moment);
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    const { code, err } = await finish(start(...args));
    expect(err).toContain('Going on with an interrupted run');
    const report = JSON.parse(
      readFileSync(join(folder, 'quickstart-report.json'), 'utf8'),
    ) as Report;
    expect(report).toMatchObject({ lost: 0, doubled: 0 });
    const [catalogue, , orders] = report.flows;
    expect(catalogue?.inserted).toBe(800);
    expect(orders?.inserted).toBeGreaterThan(40);
    expect(code).toBe(0);
  }, 120_000);

  it('says how to go on when it is interrupted', async () => {
    const child = start('--records', '40', '--seed', '5');
    const end = finish(child);
    child.stderr!.once('data', () => child.kill('SIGINT'));
    const { code, err } = await end;
    expect(err).toContain('Interrupted. Run the same command again: it goes on where it was.');
    expect(err).not.toContain('    at ');
    expect(code).toBe(1);
  }, 60_000);

  it('starts from the beginning, and says so, when the notes of a run are damaged', async () => {
    const args = ['--records', '20', '--seed', '6'];
    const child = start(...args);
    await until(child, '2 catalogue');
    child.kill('SIGKILL');
    await once(child, 'close');
    writeFileSync(join(folder, '.quickstart', 'run.json'), '{ "steps": [');
    writeFileSync(join(folder, '.quickstart', 'job-port'), 'no port');
    const { code, err } = await finish(start(...args));
    expect(err).toContain('run.json cannot be read, so that this run starts from the beginning.');
    expect(err).not.toContain('Going on');
    expect(code).toBe(0);
  }, 60_000);

  it('says what to do when its state is damaged, and starts over when told to', async () => {
    const args = ['--records', '20', '--seed', '7'];
    const child = start(...args);
    await until(child, '2 catalogue');
    child.kill('SIGKILL');
    await once(child, 'close');
    for (const suffix of ['-wal', '-shm', '-journal']) {
      rmSync(join(folder, '.quickstart', `state.db${suffix}`), { force: true });
    }
    writeFileSync(join(folder, '.quickstart', 'state.db'), 'x'.repeat(5000));
    const damaged = await finish(start(...args));
    expect(damaged.err).toMatch(/The database .quickstart\/state.db is damaged.*ERR_STORE_DAMAGED/);
    expect(damaged.err).toContain('To start over: npm start -- --fresh');
    expect(damaged.err).not.toContain('    at ');
    expect(damaged.code).toBe(1);
    expect((await finish(start(...args, '--fresh'))).code).toBe(0);
  }, 60_000);

  it('takes the empty lines of .env.example for settings that are not there', async () => {
    writeFileSync(join(folder, '.env'), 'SAP_BASE_URL=http://127.0.0.1:9\nSAP_CLIENT=\n');
    const { code, err } = await finish(start());
    expect(err).toContain('SAP_CLIENT is not set, but SAP_BASE_URL is. Set it in .env');
    expect(code).toBe(2);
  });

  it.each([
    [['--records', 'many'], '--records must be a whole number from 1'],
    [['--faults', '2'], '--faults must be a number from 0 to 0.5'],
    [['--speed', '9'], '--speed'],
    [['--records', '-5'], "Option '--records' takes no value with a dash. See"],
    [['--seed', '0x10'], '--seed must be a whole number from 0'],
  ])('names the wrong setting of %j', async (args, message) => {
    const { code, err } = await finish(start(...args));
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
    expect(code).toBe(2);
  });
});
