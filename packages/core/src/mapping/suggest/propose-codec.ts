import type { FieldDescription } from '../../contract/entity-description.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { CodecOptions } from '../codec-options.ts';
import { createCodec } from '../codecs/codec-kinds.ts';
import { Refusal } from '../refuse.ts';
import type { CanonicalField } from './canonical-fields.ts';
import { enumOf } from './propose-enum.ts';
import { unitsOf } from './propose-units.ts';
import { typeClassOf } from './vendor-type.ts';

export interface VendorField {
  readonly description: FieldDescription;
  /** Values that were seen, without blanks. */
  readonly values: readonly unknown[];
  /** Whether blank texts were seen, which are a flag's "no". */
  readonly hasBlank: boolean;
}

export interface ProposedCodec {
  readonly codec: CodecOptions;
  /** How many of the seen values it reads and writes back the same. */
  readonly reads: number;
}

/**
 * The codec that reads most of the seen values, of those that make sense for a field; of several, the
 * first. None of them loses anything without a word: what does not fit is refused.
 */
export function proposeCodec(
  vendor: VendorField,
  canonical: CanonicalField,
): ProposedCodec | undefined {
  let best: ProposedCodec | undefined;
  for (const codec of codecsFor(vendor, canonical)) {
    const reads = vendor.values.filter((value) => survives(codec, value)).length;
    if (best === undefined || reads > best.reads) best = { codec, reads };
    if (reads === vendor.values.length) break;
  }
  return best;
}

/** Whether a value is the same after it was read, written and read again. */
function survives(options: CodecOptions, value: unknown): boolean {
  const codec = createCodec(options, { lookups: {}, codecs: {} });
  try {
    const read = codec.decode(value, {});
    if (read === undefined) return /^[0\s./:-]*$/.test(String(value));
    const again = codec.decode(codec.encode(read, {}), {});
    return JSON.stringify(again) === JSON.stringify(read);
  } catch (error) {
    if (error instanceof Refusal || error instanceof ConnectorError) return false;
    throw error;
  }
}

function codecsFor(vendor: VendorField, canonical: CanonicalField): readonly CodecOptions[] {
  const { values } = vendor;
  switch (canonical.kind) {
    case 'text':
    case 'number-text':
    case 'country':
      return [textOf(vendor)];
    case 'language':
      return values.some((value) => /^[A-Z]{2}$/.test(String(value)))
        ? [{ kind: 'text', case: 'lower', vendorCase: 'upper' }]
        : [textOf(vendor)];
    case 'decimal':
      return [decimalOf(vendor, {})];
    case 'quantity':
      return [decimalOf(vendor, { scale: 3 })];
    case 'amount':
      return [decimalOf(vendor, { minScale: 2 })];
    case 'date':
      return datesOf(vendor);
    case 'instant':
      return (
        ['iso', '/Date(ms)/', 'YYYYMMDDHHmmss', 'epoch-milliseconds', 'epoch-seconds'] as const
      )
        .filter((format) => isPlausible(format, values))
        .map((format) => (format === 'iso' ? { kind: 'instant' } : { kind: 'instant', format }));
    case 'boolean':
      return flagsOf(vendor);
    case 'enum':
      return enumOf(canonical.values ?? [], values);
    case 'unit':
      return [unitsOf(values)];
    case 'currency':
      return [{ kind: 'currency' }];
  }
}

function textOf({ description, values }: VendorField): CodecOptions {
  const isInteger =
    values.length > 0
      ? values.every((value) => typeof value === 'number')
      : typeClassOf(description) === 'integer';
  if (isInteger) return { kind: 'text', vendorType: 'integer' };
  const { maxLength } = description;
  // The length of a date or number is that of its notation.
  return maxLength !== undefined && maxLength > 0 ? { kind: 'text', maxLength } : { kind: 'text' };
}

function decimalOf(
  { description: { type, precision, scale }, values }: VendorField,
  places: { readonly scale?: number; readonly minScale?: number },
): CodecOptions {
  const isNumber =
    values.length > 0
      ? values.every((value) => typeof value === 'number')
      : /^(?:edm\.)?(?:double|single|float)$|^currency$|^number$|int/i.test(type);
  const vendorScale = scale !== undefined && scale !== places.scale ? { vendorScale: scale } : {};
  return {
    kind: 'decimal',
    ...places,
    ...(places.scale === undefined && places.minScale === undefined ? {} : vendorScale),
    ...(precision !== undefined && precision > 0 && { precision }),
    ...(isNumber && { vendorType: 'number' as const }),
    ...(values.some((value) => /\d-$/.test(String(value))) && { trailingMinus: true }),
  };
}

function datesOf({ description, values }: VendorField): readonly CodecOptions[] {
  if (values.length === 0) {
    return [
      /^(?:dats|d)$/i.test(description.type)
        ? { kind: 'date', format: 'YYYYMMDD' }
        : { kind: 'date' },
    ];
  }
  const formats = [
    'YYYYMMDD',
    '/Date(ms)/',
    'YYYY-MM-DDTHH:mm:ss',
    'DD.MM.YYYY',
    'MM/DD/YYYY',
  ] as const;
  // 03/04/2026 is in March or in April: only a day beyond the 12th tells.
  const isMonthFirst = values.some((value) => /^..\/(?:1[3-9]|2\d|3[01])\//.test(String(value)));
  return [
    { kind: 'date' },
    ...formats
      .filter((format) => format !== 'MM/DD/YYYY' || isMonthFirst)
      .map((format) => ({ kind: 'date', format }) as const),
  ];
}

/** Numbers are points in time only where they would lie between 2001 and 2100. */
function isPlausible(format: string, values: readonly unknown[]): boolean {
  if (!format.startsWith('epoch')) return true;
  const factor = format === 'epoch-seconds' ? 1 : 1000;
  return (
    values.length > 0 &&
    values.every(
      (value) => Number(value) / factor > 978_307_200 && Number(value) / factor < 4_102_444_800,
    )
  );
}

const flagPairs = [
  ['Y', 'N'],
  ['Yes', 'No'],
  ['YES', 'NO'],
  ['T', 'F'],
  ['true', 'false'],
  ['1', '0'],
  [1, 0],
  ['J', 'N'],
] as const;

function flagsOf({ description, values, hasBlank }: VendorField): readonly CodecOptions[] {
  if (
    typeClassOf(description) === 'boolean' &&
    values.every((value) => typeof value === 'boolean')
  ) {
    return [{ kind: 'boolean' }];
  }
  if (values.length === 0) return [{ kind: 'flag' }];
  if (values.every((value) => typeof value === 'boolean')) return [{ kind: 'boolean' }];
  const [only] = values;
  // One mark beside blanks, as `X` or `L`.
  if (hasBlank && values.length === 1 && typeof only === 'string') {
    return [only === 'X' ? { kind: 'flag' } : { kind: 'flag', true: only, false: '' }];
  }
  const pairs = flagPairs.filter((pair) =>
    values.every((value) => (pair as readonly unknown[]).includes(value)),
  );
  return [
    ...pairs.map(([on, off]) => ({ kind: 'flag', true: on, false: off }) as const),
    { kind: 'flag' },
  ];
}
