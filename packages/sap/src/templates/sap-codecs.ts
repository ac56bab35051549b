import type { CodecOptions } from '@common/connector-core/mapping';

/**
 * SAP's unit codes in UN/ECE Recommendation 20. Over OData a unit comes in its external form, which
 * depends on the language (`PC` in English, `ST` in German). Codes that are not here keep
 * their vendor code under `ZZ`; a tenant adds them with `extendTemplate`.
 */
export const unit: CodecOptions = {
  kind: 'unit',
  unknown: 'keep',
  units: {
    PC: 'C62',
    ST: 'C62',
    EA: 'EA',
    KG: 'KGM',
    G: 'GRM',
    MG: 'MGM',
    TO: 'TNE',
    T: 'TNE',
    LB: 'LBR',
    OZ: 'ONZ',
    L: 'LTR',
    ML: 'MLT',
    M: 'MTR',
    CM: 'CMT',
    MM: 'MMT',
    KM: 'KMT',
    FT: 'FOT',
    M2: 'MTK',
    M3: 'MTQ',
    H: 'HUR',
    HR: 'HUR',
    STD: 'HUR',
    MIN: 'MIN',
    DAY: 'DAY',
    TAG: 'DAY',
    BOX: 'BX',
    CAR: 'CT',
    KAR: 'CT',
    PAA: 'PR',
    ROL: 'RO',
    SET: 'SET',
  },
};

/** Quantities have 3 places on both sides. */
export const quantity: CodecOptions = { kind: 'decimal', scale: 3, precision: 13 };

/** Prices and amounts: 3 places in SAP's fields, for us 2, or 3 where the currency has them (KWD). */
const money = { kind: 'decimal', minScale: 2, vendorScale: 3 } as const;
export const price: CodecOptions = { ...money, precision: 12 };
export const amount: CodecOptions = { ...money, precision: 14 };

/** Document and partner numbers: leading zeros come over RFC, not over OData, and mean nothing. */
export const number: CodecOptions = { kind: 'text', stripZeros: true };

/** Language keys of two letters: `EN` in SAP, `en` for us. */
export const language: CodecOptions = { kind: 'text', case: 'lower', vendorCase: 'upper' };

/** Categories of business partners. */
export const businessPartnerKinds = {
  kind: 'enum',
  values: { 1: 'person', 2: 'organization', 3: 'group' },
} as const satisfies CodecOptions;

/** The deletion indicator `L`. */
export const deletionIndicator: CodecOptions = { kind: 'flag', true: 'L', false: '' };

/** A text field of SAP with its length; trailing blanks mean nothing. */
export const text = (maxLength: number): CodecOptions => ({ kind: 'text', trim: true, maxLength });
