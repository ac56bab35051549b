const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checkLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The three letters that make a case-sensitive id of 15 characters safe where case gets lost. */
function checksum(id: string): string {
  return [0, 5, 10]
    .map((start) => {
      let bits = 0;
      for (let index = 0; index < 5; index += 1) {
        if (/[A-Z]/.test(id[start + index]!)) bits |= 1 << index;
      }
      return checkLetters[bits]!;
    })
    .join('');
}

/** The id of a number within an object, 18 characters; a higher number sorts behind a lower one. */
export function makeId(keyPrefix: string, number: number): string {
  let digits = '';
  for (let rest = number; digits.length < 9; rest = Math.floor(rest / 62)) {
    digits = base62[rest % 62]! + digits;
  }
  const id = `${keyPrefix}xx0${digits}`;
  return id + checksum(id);
}

/** An id as the simulator holds it, of one with 15 or 18 characters; undefined when it is none. */
export function readId(text: unknown): string | undefined {
  if (typeof text !== 'string' || !/^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/.test(text)) {
    return undefined;
  }
  const id = text.slice(0, 15);
  const whole = id + checksum(id);
  // The check letters of a wrong case are repaired by the vendor, those of another id are not.
  return text.length === 15 || text.slice(15).toUpperCase() === whole.slice(15) ? whole : undefined;
}
