import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process as the owner of leases: machine, process id, and something unique. */
export function processOwner(): string {
  return [machine(), process.pid, randomUUID()].join('|');
}

/**
 * Whether the process of an owner certainly is gone: it ran on this machine (and in this container)
 * and its process id is free. A flow that was killed can then go on at once.
 */
export function isProcessDead(owner: string): boolean {
  const [ownerMachine, pid] = owner.split('|');
  if (ownerMachine !== machine() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

// It has ended, and nobody has asked for its exit code: usual in containers without an init process.
function isZombie(pid: string): boolean {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

// Process ids mean something only in one boot of one machine and, on Linux, in one pid namespace.
function machine(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return [hostname(), boot, attempt(() => readlinkSync('/proc/self/ns/pid'))].join('~');
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
