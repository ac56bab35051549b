import type { AttemptOutcome } from './governor.ts';

/** Slower than usual by this factor, and by so much, is a sign of too much work. */
const tolerance = 2;
const tolerableMs = 100;
const fewestSamples = 5;
const mostSamples = 20;
/** A usual latency is soon corrected downwards, and slowly upwards. */
const fallingWeight = 0.3;
const risingWeight = 0.005;
const mostOperations = 200;

/** Finds out how many requests at a time a vendor answers without slowing down. */
export interface ConcurrencyLearner {
  /** At least 1, at most the given limit; may have a fraction. */
  readonly learned: number;
  observe(
    outcome: AttemptOutcome,
    facts: { readonly nowMs: number; readonly running: number },
  ): void;
}

/**
 * Compares each answer with what the same operation usually takes, so that a long page is not taken
 * for a slow server. When the median of some answers is more than twice and 100 ms above the usual,
 * fewer run at a time, in proportion; otherwise one more, up to the limit. What stays slow becomes
 * usual in the end, and all places are used again.
 */
export function createConcurrencyLearner(most: number): ConcurrencyLearner {
  const usual = new Map<string, number>();
  let learned = most;
  let samples: { readonly ratio: number; readonly excessMs: number }[] = [];
  let busiest = 0;
  let changedAt = -Infinity;

  function compare({ operation = '', status, latencyMs }: AttemptOutcome): void {
    const isSuccess = status !== undefined && status < 400;
    const known = usual.get(operation);
    if (known === undefined) {
      if (isSuccess && usual.size < mostOperations) usual.set(operation, latencyMs);
      return;
    }
    // What fails fast is not quick. A timeout, though, is slow.
    if (!isSuccess && latencyMs < known) return;
    samples.push({ ratio: latencyMs / Math.max(known, 1), excessMs: latencyMs - known });
    const weight = latencyMs < known ? fallingWeight : risingWeight;
    if (isSuccess) usual.set(operation, known + (latencyMs - known) * weight);
  }

  return {
    get learned() {
      return learned;
    },
    observe(outcome, { nowMs, running }) {
      busiest = Math.max(busiest, running);
      // Sent under the limit of before, it says nothing of the present one.
      if (nowMs - outcome.latencyMs < changedAt) return;
      compare(outcome);
      if (samples.length < Math.min(Math.max(fewestSamples, learned), mostSamples)) return;
      const ratio = median(samples.map((sample) => sample.ratio));
      const excessMs = median(samples.map((sample) => sample.excessMs));
      if (ratio > tolerance && excessMs > tolerableMs) {
        learned = Math.max(1, learned * Math.max(0.5, tolerance / ratio));
        changedAt = nowMs;
      } else if (busiest >= Math.floor(learned)) {
        learned = Math.min(most, learned + 1);
      }
      samples = [];
      busiest = running;
    },
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
