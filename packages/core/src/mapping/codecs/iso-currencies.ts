// ISO 4217 active codes, by number of minor units. Source: ISO 4217 list one (SIX), amendment 177;
// XXX, XTS and the metals are no currencies of a document.
const codesByMinorUnits: { readonly [minorUnits: number]: string } = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD ' +
    'CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL ' +
    'GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR ' +
    'LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD ' +
    'PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC ' +
    'SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ' +
    'ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const minorUnitsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(codesByMinorUnits).flatMap(([minorUnits, codes]) =>
    codes.split(' ').map((code) => [code, Number(minorUnits)] as const),
  ),
);

/** Whether a text is an active ISO 4217 code. */
export const isCurrency = (code: string): boolean => minorUnitsByCode.has(code);

/** All active ISO 4217 codes. */
export const currencies: readonly string[] = [...minorUnitsByCode.keys()];

/** Decimal places of amounts in a currency: 2 for EUR, 0 for JPY, 3 for KWD; `undefined` for no code. */
export function currencyMinorUnits(code: string): number | undefined {
  return minorUnitsByCode.get(code);
}
