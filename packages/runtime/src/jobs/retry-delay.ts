import { ConnectorError } from '@common/connector-core';

/** How long to wait between tries. */
export interface BackoffOptions {
  /** After the first failure. Doubles with every further one. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Whoever asks for more is wrong about the date, or is not waited for. */
export const longestAskedMs = 86_400_000;

/**
 * The wait after a failure: as long as the other side asks for (a day at most), else growing, with jitter between half
 * and all of it.
 *
 * @param attempt - 1 after the first try
 */
export function retryDelay(error: unknown, attempt: number, options: BackoffOptions): number {
  const { baseMs, maxMs, random } = options;
  const asked = ConnectorError.isInstance(error) ? error.retryAfterMs : undefined;
  const grown = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  const jittered = Math.ceil(grown * (0.5 + random() / 2));
  return asked === undefined ? jittered : Math.min(Math.max(asked, 0), longestAskedMs);
}
