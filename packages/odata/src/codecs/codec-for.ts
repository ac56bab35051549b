import type { ODataVersion } from '../literals/edm-type.ts';
import {
  dateCodec,
  dateTimeAsDateCodec,
  dateTimeCodec,
  dateTimeOffsetCodec,
} from './date-codecs.ts';
import { decimalCodec } from './decimal-codec.ts';
import { doubleCodec, int64Codec, integerCodec } from './number-codecs.ts';
import {
  binaryCodec,
  booleanCodec,
  durationCodec,
  guidCodec,
  plainCodec,
  stringCodec,
} from './text-codecs.ts';
import { timeCodec, timeOfDayCodec } from './time-codecs.ts';
import type { WireCodec } from './wire-codec.ts';

/** What decides the wire form of a property. */
export interface WireForm {
  readonly type: string;
  /** `date` for a V2 Edm.DateTime that SAP marks `sap:display-format="Date"`. */
  readonly display?: 'date' | undefined;
  readonly version: ODataVersion;
  /**
   * Whether decimals and Int64 of V4 travel as strings.
   * @default false
   */
  readonly ieee754Compatible?: boolean | undefined;
}

/** The codec of a type. Enum types are texts; complex types and unknown ones pass through. */
export function codecFor(form: WireForm): WireCodec {
  const { type, version, ieee754Compatible = false } = form;
  if (type.startsWith('Collection(') && type.endsWith(')')) {
    return listCodec(codecFor({ ...form, type: type.slice(11, -1) }));
  }
  switch (type) {
    case 'Edm.String':
      return stringCodec;
    case 'Edm.Boolean':
      return booleanCodec;
    case 'Edm.Decimal':
      return decimalCodec({ version, ieee754Compatible });
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
      return integerCodec(type);
    case 'Edm.Int64':
      return int64Codec({ version, ieee754Compatible });
    case 'Edm.Single':
    case 'Edm.Double':
      return doubleCodec(type, version);
    case 'Edm.Guid':
      return guidCodec;
    case 'Edm.Date':
      return dateCodec;
    case 'Edm.DateTime':
      return form.display === 'date' ? dateTimeAsDateCodec : dateTimeCodec;
    case 'Edm.DateTimeOffset':
      return dateTimeOffsetCodec(version);
    case 'Edm.Time':
      return timeCodec;
    case 'Edm.TimeOfDay':
      return timeOfDayCodec;
    case 'Edm.Duration':
      return durationCodec;
    case 'Edm.Binary':
      return binaryCodec(version);
    default:
      return plainCodec;
  }
}

function listCodec(item: WireCodec): WireCodec {
  const map = (value: unknown, convert: (item: unknown) => unknown): unknown => {
    const list = isResults(value) ? value.results : value;
    return Array.isArray(list)
      ? list.map((entry) => (entry === null ? null : convert(entry)))
      : value;
  };
  return {
    decode: (wire) => map(wire, item.decode),
    encode: (value) => map(value, item.encode),
  };
}

function isResults(value: unknown): value is { readonly results: unknown } {
  return typeof value === 'object' && value !== null && 'results' in value;
}
