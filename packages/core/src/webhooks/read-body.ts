import { startTimer } from '../clock/start-timer.ts';
import type { Clock } from '../contract/clock.ts';

/** What a body may cost. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Longest time until the last byte is there. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** The whole body, or the status of the refusal: 413 too large, 408 too slow, 400 cut off. */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes, timeoutMs, clock }: BodyLimits,
): Promise<Uint8Array | 413 | 408 | 400> {
  let stop = (): void => undefined;
  const late = new Promise<408>((resolve) => {
    stop = startTimer(clock, timeoutMs, () => resolve(408));
  });
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), late]);
      if (next === 408) return 408;
      if (next.done === true) return Buffer.concat(parts);
      size += next.value.byteLength;
      if (size > maxBytes) return 413;
      parts.push(next.value);
    }
  } catch {
    return 400;
  } finally {
    stop();
    // Ends a body that nobody reads any more; one that hangs is not waited for.
    iterator.return?.()?.catch(() => undefined);
  }
}
