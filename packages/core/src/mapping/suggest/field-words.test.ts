import { describe, expect, it } from 'vitest';
import { meaningsOf } from './field-words.ts';

describe('meaningsOf', () => {
  it.each([
    ['camel case', 'lastModifiedDateTime', 'last change date'],
    ['capitals inside', 'POHeaderId', 'order id'],
    ['snake case', 'vendor_account_number', 'supplier account number'],
    ['capitals with underscores', 'INVOICE_CURRENCY_CODE', 'invoice currency code'],
    ['phrases', 'Unit of measure', 'unit'],
    ['abbreviations with a small letter', 'LineUoM', 'line unit'],
    ['SAP’s short names', 'MATNR', 'product number'],
    ['short names with digits', 'LAND1', 'country'],
    ['fields of Salesforce’s customers', 'Order_Date__c', 'order date'],
    ['fields of SAP’s customers', 'YY1_DeliveryDate_PDH', 'delivery date pdh'],
    ['fields of Dynamics solutions', 'msdyn_quantity', 'quantity'],
    ['German compounds', 'Lieferantennummer', 'supplier number'],
    ['German compounds with joints', 'Bestellungsdatum', 'order date'],
    ['umlauts', 'Währung', 'currency'],
    ['umlauts in labels', 'Geändert am', 'change'],
    ['words without gaps', 'trandate', 'document date'],
    ['plurals', 'Lieferungen', 'delivery'],
    ['unknown words', 'zorgbert', 'zorgbert'],
    ['nothing', '__', ''],
  ])('reads %s', (_what, name, meanings) => {
    expect(meaningsOf(name).join(' ')).toBe(meanings);
  });
});
