import { inspect } from 'node:util';
import type { Logger } from '@common/connector-core';

/** A logger that keeps its lines as a terminal would show them. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly string[];
}

export function createRecordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const log = (message: string, details?: Readonly<Record<string, unknown>>): void => {
    lines.push(details === undefined ? message : `${message} ${inspect(details, { depth: 10 })}`);
  };
  return { lines, debug: log, info: log, warn: log, error: log };
}
