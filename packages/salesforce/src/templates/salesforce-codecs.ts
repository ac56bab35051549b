import type { CodecOptions, FieldMapping } from '@common/connector-core/mapping';

/** A text with the length of its field. */
export const text = (maxLength: number): CodecOptions => ({ kind: 'text', trim: true, maxLength });

/** An id of 15 or 18 characters. */
export const id: CodecOptions = { kind: 'text', maxLength: 18 };

/** Quantities have 3 places for us and as many as the field for Salesforce. */
export const quantity: CodecOptions = { kind: 'decimal', scale: 3, precision: 18 };

/** Prices and amounts: 2 places, more where Salesforce has them. */
export const amount: CodecOptions = { kind: 'decimal', minScale: 2, precision: 18 };

export const date: CodecOptions = { kind: 'date' };

/** `2026-01-31T12:00:00.000+0000` on the wire. */
export const changedAt: FieldMapping = {
  vendor: 'SystemModstamp',
  canonical: 'changedAt',
  codec: { kind: 'instant' },
  direction: 'decode',
};

/** Fields of an organisation's own end in `__c`. */
export const custom = { suffix: '__c' } as const;

/**
 * Units of Product2 as orgs usually name them, in UN/ECE Recommendation 20. Others keep their name under
 * `ZZ`; add them with `extendTemplate`.
 */
export const unit: CodecOptions = {
  kind: 'unit',
  unknown: 'keep',
  units: {
    Each: 'EA',
    EA: 'EA',
    Piece: 'C62',
    Kilogram: 'KGM',
    KGM: 'KGM',
    Gram: 'GRM',
    Tonne: 'TNE',
    Litre: 'LTR',
    Liter: 'LTR',
    LTR: 'LTR',
    Metre: 'MTR',
    Meter: 'MTR',
    MTR: 'MTR',
    Hour: 'HUR',
    Day: 'DAY',
    Box: 'BX',
    Set: 'SET',
  },
};
