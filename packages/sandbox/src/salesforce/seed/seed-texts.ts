/** Names as they stand in real organisations: quotes, commas, line breaks, scripts of all kinds. */
export const nastyNames = [
  'O\'Brien & Söhne GmbH, "Filiale" Süd',
  'Zażółć <gęślą> jaźń; S.A.',
  '株式会社サンプル 東京支店',
  'Emoji 🚀 Trading\tLtd.',
  'Back\\slash % under_score Inc.',
  '#N/A Holdings',
  '=SUM(A1:A9) Consulting',
  '  Łódź, "Quoted, and comma" \'single\'  '.trim(),
  'ﬁligree ﬀ ligature — em–dash…',
  'مثال للتجارة والتوريد',
] as const;

export const nastyText =
  'First line\r\nSecond, "quoted" line\nThird; with \'apostrophe\' & <tags>\n';

export const places = [
  { City: 'Hamburg', PostalCode: '20095', Country: 'Germany', State: null },
  { City: 'São Paulo', PostalCode: '01310-100', Country: 'Brazil', State: 'SP' },
  { City: "Coeur d'Alene", PostalCode: '83814', Country: 'United States', State: 'ID' },
  { City: 'Zürich', PostalCode: '8001', Country: 'Switzerland', State: 'ZH' },
] as const;

export const companyWords = [
  'Nord',
  'Delta',
  'Kranich',
  'Alba',
  'Ostara',
  'Vega',
  'Fjord',
] as const;
export const companyForms = ['GmbH', 'AG', 'Ltd.', 'Inc.', 'S.p.A.', 'BV'] as const;
export const productWords = ['Valve', 'Pump', 'Bearing', 'Cable', 'Licence', 'Filter'] as const;
export const firstNames = ['Ada', 'José', 'Zoë', 'Björn', 'Siobhán', 'Wei'] as const;
export const lastNames = [
  'Lovelace',
  "D'Arcy",
  'Müller-Lüdenscheidt',
  'Ñúñez',
  'Li',
  'van der Berg',
] as const;
