import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowReport } from './report.ts';

/** A step that is done, with what is needed to tell its runs from those of later steps. */
interface FinishedStep {
  readonly report: FlowReport;
  readonly flow: string;
  readonly runIds: readonly string[];
}

interface Contents {
  /** The options of the run; another run does not go on with it. */
  readonly options: object;
  readonly steps: readonly FinishedStep[];
  /** Seconds that all processes of the run have worked. */
  readonly seconds: number;
}

/** What a run has done so far, so that the next process goes on behind it. */
export interface Journal {
  /** Whether there was something to go on with. */
  readonly resumed: boolean;
  /** Whether there was something that cannot be read. */
  readonly isDamaged: boolean;
  readonly steps: readonly FinishedStep[];
  readonly seconds: number;
  finish(step: FinishedStep): void;
  /** Notes how long this process has worked. */
  tick(): void;
  /** Forgets everything. */
  clear(): void;
}

export function openJournal(folder: string, options: object): Journal {
  const file = join(folder, 'run.json');
  const started = Date.now();
  const empty: Contents = { options, steps: [], seconds: 0 };
  let before = read(file);
  const isDamaged = before === 'damaged';
  if (before === 'damaged') before = undefined;
  const resumed =
    before !== undefined && JSON.stringify(before.options) === JSON.stringify(options);
  if (!resumed) before = empty;
  let contents = before ?? empty;
  const secondsBefore = contents.seconds;
  // Written whole or not at all: the process may be killed at any moment.
  const save = (next: Contents) => {
    contents = next;
    writeFileSync(`${file}.new`, JSON.stringify(contents));
    renameSync(`${file}.new`, file);
  };
  const seconds = () => secondsBefore + (Date.now() - started) / 1000;
  return {
    resumed,
    isDamaged,
    get steps() {
      return contents.steps;
    },
    get seconds() {
      return seconds();
    },
    finish: (step) => save({ ...contents, steps: [...contents.steps, step], seconds: seconds() }),
    tick: () => save({ ...contents, seconds: seconds() }),
    clear: () => {
      contents = empty;
      rmSync(file, { force: true });
    },
  };
}

function read(file: string): Contents | 'damaged' | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const contents = JSON.parse(readFileSync(file, 'utf8')) as Contents | null;
    return Array.isArray(contents?.steps) ? contents : 'damaged';
  } catch {
    return 'damaged';
  }
}
