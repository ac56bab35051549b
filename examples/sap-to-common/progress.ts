import type { WriteStream } from 'node:tty';

/** Shows how far each step is: a bar that moves on a terminal, a line per step elsewhere. */
export interface Progress {
  update(step: string, done: number, total: number | undefined): void;
  finish(step: string, summary: string): void;
  note(text: string): void;
}

export function createProgress(output: WriteStream | NodeJS.WriteStream): Progress {
  const width = 24;
  const isTerminal = output.isTTY === true;
  const startOfLine = isTerminal ? '\r\u001b[2K' : '';
  const label = (step: string) => step.padEnd(34);
  return {
    update(step, done, total) {
      if (!isTerminal) return;
      const share = total ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * width);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
      output.write(`${startOfLine}${label(step)} ${bar} ${done}${total ? ` of ${total}` : ''}`);
    },
    finish(step, summary) {
      output.write(`${startOfLine}${label(step)} ${summary}\n`);
    },
    note(text) {
      output.write(`${startOfLine}${text}\n`);
    },
  };
}
