/** The enterprise structure that the simulator knows; it is not changed over OData. */
export interface CompanyCode {
  readonly companyCode: string;
  readonly country: string;
  readonly purchasingOrganization: string;
  readonly plants: readonly string[];
}

export const companyCodes: readonly CompanyCode[] = [
  { companyCode: '1010', country: 'DE', purchasingOrganization: '1010', plants: ['1010', '1020'] },
  { companyCode: '1710', country: 'US', purchasingOrganization: '1710', plants: ['1710'] },
];

export const purchasingOrganizations: readonly string[] = companyCodes.map(
  ({ purchasingOrganization }) => purchasingOrganization,
);

export const purchasingGroups: readonly string[] = ['001', '002', '003'];

export const purchaseOrderTypes: readonly string[] = ['NB', 'FO', 'UB', 'ZNB'];

export const currencies: readonly string[] = [
  ...['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'DKK', 'NOK', 'PLN', 'CZK', 'HUF'],
  ...['JPY', 'CNY', 'INR', 'CAD', 'AUD', 'BRL', 'MXN', 'KWD'],
];

/** Units that convert into each other without a conversion at the material. */
const unitFamilies: readonly (readonly string[])[] = [
  ['PC', 'ST', 'EA'],
  ['KG', 'G', 'TO', 'LB'],
  ['L', 'ML'],
  ['M', 'CM', 'MM'],
  ['H', 'HR', 'DAY'],
  ['CAR', 'KAR'],
  ['BOX', 'PAA', 'ROL', 'SET'],
];

export const isKnownUnit = (unit: string): boolean =>
  unitFamilies.some((family) => family.includes(unit));

export const areConvertible = (left: string, right: string): boolean =>
  left === right || unitFamilies.some((family) => family.includes(left) && family.includes(right));
