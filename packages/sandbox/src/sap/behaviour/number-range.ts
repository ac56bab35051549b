/** Gives numbers one after the other; a number is never given twice, also not after a rollback. */
export interface NumberRange {
  next(): string;
}

export function createNumberRange(first: number): NumberRange {
  let following = first;
  return {
    next() {
      const number = String(following);
      following += 1;
      return number;
    },
  };
}

/** The next key of a child: one step above the highest that exists. */
export function nextPosition(numbers: readonly string[], step: number): string {
  const highest = numbers.reduce((best, number) => Math.max(best, Number(number)), 0);
  return String(Math.floor(highest / step) * step + step);
}
