import { twoDigits } from '../../calendar/calendar.ts';
import { oneOf } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/** A time of day without a time zone; canonical: `HH:mm:ss`. */
export interface TimeCodecOptions {
  readonly kind: 'time';
  /** How the vendor writes it. `PT…` is OData V2's Edm.Time. @default 'HH:mm:ss' */
  readonly format?: TimeFormat | undefined;
}

export type TimeFormat = 'HH:mm:ss' | 'HHmmss' | 'PTnHnMnS';

const canonicalTime = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;
// Every pattern gives hours, minutes, seconds.
const patterns: { readonly [format in TimeFormat]: RegExp } = {
  'HH:mm:ss': /^(\d\d):(\d\d):(\d\d)(?:\.0+)?$/,
  HHmmss: /^(\d\d)(\d\d)(\d\d)$/,
  PTnHnMnS: /^PT(?=\d)(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.0+)?S)?$/,
};
const writers: { readonly [format in TimeFormat]: (time: string) => string } = {
  'HH:mm:ss': (time) => time,
  HHmmss: (time) => time.replaceAll(':', ''),
  PTnHnMnS: (time) => `PT${time.slice(0, 2)}H${time.slice(3, 5)}M${time.slice(6)}S`,
};

export const timeCodec: CodecKind<TimeCodecOptions> = {
  kind: 'time',
  options: { format: oneOf(Object.keys(patterns)) },
  create: ({ format = 'HH:mm:ss' }) => ({
    decode: (value) => {
      if (value === '') return undefined;
      const match = typeof value === 'string' ? patterns[format].exec(value) : null;
      const time = match
        ?.slice(1)
        .map((part = '0') => part.padStart(2, '0'))
        .join(':');
      if (time !== undefined && canonicalTime.test(time)) return time;
      return refuse(`expected a time of day that exists, written ${format}, in whole seconds`);
    },
    encode: (value) =>
      typeof value === 'string' && canonicalTime.test(value)
        ? writers[format](value)
        : refuse('expected a time of day that exists, written HH:mm:ss'),
    sample: (random) =>
      [random.integer(0, 23), random.integer(0, 59), random.integer(0, 59)]
        .map(twoDigits)
        .join(':'),
    describe: (_input, _output, direction) =>
      direction === 'decode' ? `read from ${format}` : `written as ${format}`,
  }),
};
