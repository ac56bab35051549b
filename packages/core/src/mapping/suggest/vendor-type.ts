import type { FieldDescription } from '../../contract/entity-description.ts';
import type { CanonicalField, ValueKind } from './canonical-fields.ts';

/** What a vendor's type holds, whatever it is called there. */
export type VendorTypeClass =
  | 'text'
  | 'id'
  | 'decimal'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'instant'
  | 'date-or-instant'
  | 'time'
  | 'choice'
  | 'email'
  | 'phone'
  | 'unknown'
  | 'structure';

// In this order: `datetimeoffset` before `datetime` before `date`, `datetime` before `time`.
const classes: readonly (readonly [VendorTypeClass, RegExp])[] = [
  ['boolean', /bool|checkbox|yesno|^bit$/],
  ['instant', /datetimeoffset|instant|timestamp|systemtime|^datetime$/],
  ['date-or-instant', /datetime/],
  ['date', /date|^dats$|^d$/],
  ['time', /time|^tims$|^t$/],
  ['choice', /picklist|enum|optionset|option$|select/],
  ['email', /email/],
  ['phone', /phone/],
  ['id', /guid|uuid|^id$|reference|lookup|^ref$/],
  ['decimal', /dec|curr|quan|money|number|numeric|double|float|single|percent|^p$/],
  ['integer', /int|long|byte|^i$|^i4$/],
  ['text', /char|string|text|lang|unit|cuky|clob|url|uri|numc|^c$|^n$|uom/],
  ['structure', /object|array|list|collection|binary|stream|blob|json|address|location/],
];

export function typeClassOf({ type, scale }: FieldDescription): VendorTypeClass {
  const name = type.toLowerCase().replace(/^edm\.|^xsd:/, '');
  // In OData V2 the same type holds dates and points in time.
  if (type === 'Edm.DateTime') return 'date-or-instant'; // Without places, numbers may as well be ids.
  if (/^(?:number|numeric)$/.test(name) && scale === undefined) return 'number';
  const found = classes.find(([, words]) => words.test(name))?.[0] ?? 'unknown';
  return found === 'decimal' && scale === 0 ? 'integer' : found;
}

const none: { readonly [type in VendorTypeClass]?: number } = {};
const textual = {
  text: 1,
  id: 0.9,
  choice: 0.9,
  integer: 0.8,
  decimal: 0.35,
  number: 0.8,
  email: 0.5,
  phone: 0.5,
};
const coded = { text: 1, choice: 1, id: 0.7, ...none };
const numeric = { decimal: 1, number: 1, integer: 0.9, text: 0.75 };

const fits: { readonly [kind in ValueKind]: { readonly [type in VendorTypeClass]?: number } } = {
  text: textual,
  'number-text': { ...textual, integer: 0.95, decimal: 0.5, number: 0.9 },
  decimal: numeric,
  quantity: numeric,
  amount: { ...numeric, integer: 0.75 },
  date: { date: 1, 'date-or-instant': 1, instant: 0.8, text: 0.7 },
  instant: { instant: 1, 'date-or-instant': 0.9, text: 0.65, date: 0.25, integer: 0.3 },
  boolean: { boolean: 1, choice: 0.75, text: 0.75, integer: 0.4 },
  enum: { choice: 1, text: 0.9, integer: 0.6, boolean: 0.2 },
  unit: coded,
  currency: coded,
  country: coded,
  language: coded,
};

// Codes are short. A longer field holds a name, or a text about it.
const longestCode: { readonly [kind in ValueKind]?: number } = {
  unit: 12,
  currency: 16,
  country: 30,
  language: 10,
  boolean: 5,
  enum: 80,
  date: 30,
  instant: 40,
};

/** How well a vendor's type can hold what a canonical field does, from 0 (not at all) to 1. */
export function typeFit(field: FieldDescription, { kind, name }: CanonicalField): number {
  const type = typeClassOf(field);
  if (type === 'email' || type === 'phone') return name.toLowerCase().endsWith(type) ? 1 : 0.3;
  const fit = type === 'unknown' ? 0.85 : (fits[kind][type] ?? 0);
  const longest = longestCode[kind];
  const { maxLength } = field;
  if (type !== 'text' || longest === undefined || maxLength === undefined) return fit;
  return maxLength > longest && maxLength < 250 ? fit * 0.8 : fit;
}
