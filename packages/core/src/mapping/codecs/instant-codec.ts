import { oneOf, wholeNumber } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';
import {
  type Instant,
  instantOfMilliseconds,
  millisecondsOfInstant,
  readIsoInstant,
  writeIsoInstant,
} from './instant.ts';

/**
 * A point in time; canonical: ISO in UTC with as many fraction digits as it has
 * (`2026-01-31T12:00:00Z`, `2026-01-31T12:00:00.1234567Z`).
 */
export interface InstantCodecOptions {
  readonly kind: 'instant';
  /**
   * How the vendor writes it. `iso` reads any offset and writes UTC; `/Date(ms)/` is OData V2 JSON;
   * the last one is a time stamp in UTC. @default 'iso'
   */
  readonly format?: InstantFormat | undefined;
  /** Exactly so many fraction digits for the vendor, in format `iso`. @default as many as there are */
  readonly fractionDigits?: number | undefined;
}

export type InstantFormat =
  | 'iso'
  | '/Date(ms)/'
  | 'epoch-milliseconds'
  | 'epoch-seconds'
  | 'YYYYMMDDHHmmss';

/** How a vendor's value becomes a point in time and back. */
interface InstantNotation {
  /** The most that it can hold. */
  readonly fractionDigits: number;
  decode(value: unknown): Instant | undefined;
  encode(instant: Instant): string | number | undefined;
}

const ticks = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;
const stamp = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

const notations: { readonly [format in InstantFormat]: InstantNotation } = {
  iso: {
    fractionDigits: 12,
    decode: (value) => (typeof value === 'string' ? readIsoInstant(value) : undefined),
    encode: writeIsoInstant,
  },
  '/Date(ms)/': {
    fractionDigits: 3,
    // The offset is for display; the ticks are UTC already.
    decode: (value) => {
      const match = typeof value === 'string' ? ticks.exec(value) : null;
      return match === null ? undefined : instantOfMilliseconds(Number(match[1]));
    },
    encode: (instant) => `/Date(${millisecondsOfInstant(instant)}+0000)/`,
  },
  'epoch-milliseconds': {
    fractionDigits: 3,
    decode: (value) =>
      Number.isSafeInteger(value) ? instantOfMilliseconds(value as number) : undefined,
    encode: millisecondsOfInstant,
  },
  'epoch-seconds': {
    fractionDigits: 0,
    decode: (value) =>
      Number.isSafeInteger(value) ? { seconds: value as number, fraction: '' } : undefined,
    encode: ({ seconds }) => seconds,
  },
  YYYYMMDDHHmmss: {
    fractionDigits: 0,
    decode: (value) =>
      typeof value === 'string' && stamp.test(value)
        ? readIsoInstant(value.replace(stamp, '$1-$2-$3T$4:$5:$6Z'))
        : undefined,
    encode: (instant) => writeIsoInstant(instant)?.replace(/\D/g, ''),
  },
};

export const instantCodec: CodecKind<InstantCodecOptions> = {
  kind: 'instant',
  options: { format: oneOf(Object.keys(notations)), fractionDigits: wholeNumber(0, 12) },
  create: ({ format = 'iso', fractionDigits }) => {
    const notation = notations[format];
    const fixed = format === 'iso' ? fractionDigits : undefined;
    const most = fixed ?? notation.fractionDigits;
    return {
      decode: (value) => {
        // Zeros are the initial value of a time stamp.
        if (value === '' || (typeof value === 'string' && /^0+$/.test(value))) return undefined;
        const instant = notation.decode(value);
        const text = instant && writeIsoInstant(instant);
        return text ?? refuse(`expected a point in time, written ${format}`);
      },
      encode: (value) => {
        const instant = typeof value === 'string' ? readIsoInstant(value) : undefined;
        if (instant === undefined) {
          return refuse('expected a point in time, for example 2026-01-31T12:00:00Z');
        }
        const { seconds, fraction } = instant;
        if (fraction.length > most) {
          return refuse(
            `the point in time has more than ${most} fraction digits, which would be lost`,
          );
        }
        return (
          notation.encode({ seconds, fraction: fraction.padEnd(fixed ?? 0, '0') }) ??
          refuse('the year must lie between 0001 and 9999')
        );
      },
      sample: (random) =>
        writeIsoInstant({
          seconds: random.integer(-2_000_000_000, 4_000_000_000),
          fraction: random
            .text(random.integer(0, Math.min(most, 7)), '0123456789')
            .replace(/0+$/, ''),
        }),
      describe: (_input, _output, direction) =>
        direction === 'decode' ? `read from ${format}, in UTC` : `written as ${format}`,
    };
  },
};
