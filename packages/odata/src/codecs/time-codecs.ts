import { primitiveGrammar } from '../literals/primitive-grammar.ts';
import type { WireCodec } from './wire-codec.ts';
import { wireValueError } from './wire-value-error.ts';

const duration = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.(\d{1,12}))?S)?$/;

/** V2 Edm.Time `PT12H30M00S`, as `12:30:00[.f]`. */
export const timeCodec: WireCodec = {
  decode: (wire) => {
    const match = typeof wire === 'string' ? duration.exec(wire) : null;
    if (match !== null) {
      const fraction = match[4] === undefined ? '' : `.${match[4]}`;
      const text = `${two(match[1])}:${two(match[2])}:${two(match[3])}${fraction}`;
      if (primitiveGrammar['Edm.TimeOfDay'].test(text)) return text;
    }
    throw wireValueError({ type: 'Edm.Time', expected: 'a time such as PT12H30M00S', value: wire });
  },
  encode: (value) => {
    const text = timeOfDay(value);
    return `PT${text.slice(0, 2)}H${text.slice(3, 5)}M${text.slice(6)}S`;
  },
};

/** V4 Edm.TimeOfDay, `12:30:00[.f]` on both sides. */
export const timeOfDayCodec: WireCodec = { decode: timeOfDay, encode: timeOfDay };

function timeOfDay(value: unknown): string {
  if (typeof value !== 'string' || !primitiveGrammar['Edm.TimeOfDay'].test(value)) {
    throw wireValueError({ type: 'Edm.TimeOfDay', expected: 'a time such as 12:30:00', value });
  }
  return value.length === 5 ? `${value}:00` : value;
}

function two(digits: string | undefined): string {
  return (digits ?? '').padStart(2, '0');
}
