import type { WriteStream } from 'node:tty';

/** How far a step is. */
interface StepProgress {
  readonly read: number;
  readonly written: number;
  /** How many writes the step will take, where that is known. */
  readonly expected: number | undefined;
}

/** Shows how far each step is: a bar that moves on a terminal, a line per step elsewhere. */
export interface Progress {
  update(step: string, progress: StepProgress): void;
  finish(step: string, summary: string): void;
  note(text: string): void;
}

const width = 24;
const blockWidth = 6;

export function createProgress(output: WriteStream | NodeJS.WriteStream): Progress {
  const isTerminal = output.isTTY === true;
  const startOfLine = isTerminal ? '\r\u001b[2K' : '';
  const label = (step: string) => step.padEnd(34);
  let updates = 0;
  return {
    update(step, { read, written, expected }) {
      if (!isTerminal) return;
      updates += 1;
      const line =
        expected === undefined
          ? `${movingBar(updates)} ${read} read, ${written} done`
          : `${filledBar(written / expected)} ${written} of ${expected}`;
      // A line that wraps could not be taken back.
      const columns = (output.columns || 80) - 1;
      output.write(`${startOfLine}${`${label(step)} ${line}`.slice(0, columns)}`);
    },
    finish(step, summary) {
      output.write(`${startOfLine}${label(step)} ${summary}\n`);
    },
    note(text) {
      output.write(`${startOfLine}${text}\n`);
    },
  };
}

function filledBar(share: number): string {
  const filled = Math.round(Math.min(1, share) * width);
  return '█'.repeat(filled).padEnd(width, '░');
}

/** For what has no known end: a block that goes to and fro. */
function movingBar(updates: number): string {
  const way = width - blockWidth;
  const at = way - Math.abs((updates % (2 * way)) - way);
  return `${'░'.repeat(at)}${'█'.repeat(blockWidth)}`.padEnd(width, '░');
}
