import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isProcessDead, processOwner } from './process-owner.ts';

/** The owner that a process with this id would have been. */
const ownerWithPid = (pid: number | string) =>
  processOwner().replace(`|${process.pid}|`, `|${pid}|`);

describe('isProcessDead', () => {
  it('knows that this process lives', () => {
    expect(isProcessDead(processOwner())).toBe(false);
  });

  it('knows a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(isProcessDead(ownerWithPid(child.pid!))).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'knows one that has ended and was not collected',
    async () => {
      // The shell becomes `cat`, which never asks what became of the child that it inherits.
      const parent = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec cat']);
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const owner = ownerWithPid(String(line).trim());
      while (!isProcessDead(owner)) await new Promise((resolve) => setImmediate(resolve));
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      expect(isProcessDead(owner)).toBe(true);
    },
  );

  it('says nothing about processes of other machines', () => {
    expect(isProcessDead('elsewhere|1|x')).toBe(false);
  });
});
