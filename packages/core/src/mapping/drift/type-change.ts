/** What a change of a field's type means to who maps it. */
export type Severity = 'safe' | 'narrowing' | 'breaking';

// From → to → what it means. What is not here is breaking: the values look different.
const changes: { readonly [from: string]: { readonly [to: string]: Severity } } = {
  // Numbers in JSON; 64 bits and decimals are text in OData V2.
  'Edm.SByte': { 'Edm.Int16': 'safe', 'Edm.Int32': 'safe', 'Edm.Int64': 'narrowing' },
  'Edm.Byte': { 'Edm.Int16': 'safe', 'Edm.Int32': 'safe', 'Edm.Int64': 'narrowing' },
  'Edm.Int16': {
    'Edm.Int32': 'safe',
    'Edm.Int64': 'narrowing',
    'Edm.Decimal': 'narrowing',
    'Edm.Byte': 'narrowing',
  },
  'Edm.Int32': { 'Edm.Int64': 'narrowing', 'Edm.Decimal': 'narrowing', 'Edm.Int16': 'narrowing' },
  'Edm.Int64': { 'Edm.Decimal': 'safe', 'Edm.Int32': 'narrowing', 'Edm.Int16': 'narrowing' },
  'Edm.Single': { 'Edm.Double': 'safe', 'Edm.Decimal': 'narrowing' },
  'Edm.Double': { 'Edm.Decimal': 'narrowing', 'Edm.Single': 'narrowing' },
  'Edm.Decimal': { 'Edm.Double': 'narrowing', 'Edm.Int64': 'narrowing' },
  'Edm.Guid': { 'Edm.String': 'safe' },
  'Edm.String': { 'Edm.Guid': 'narrowing' },
  // Kinds of codecs, which connectors without metadata describe by.
  integer: { decimal: 'narrowing' },
  decimal: { integer: 'narrowing' },
  enum: { text: 'safe' },
  text: { enum: 'narrowing' },
};

/** How bad it is that a field of one type has another one now. */
export function typeChange(from: string, to: string): Severity {
  if (from === to) return 'safe';
  return changes[from]?.[to] ?? 'breaking';
}
