import { parseJson } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickbooksEntities } from '../quickbooks-entities.ts';
import type { Row } from '../quickbooks-entity.ts';
import { flattenCustomFields, gatherCustomFields } from './custom-fields.ts';
import { toFlat, toRow } from './flat-row.ts';
import { readLines, writeLines } from './lines.ts';
import { hasNull, mergeRow, withoutNulls } from './merge-row.ts';
import { decimalProperties, toWire } from './wire-json.ts';

const { customer, invoice, journalEntry, payment } = quickbooksEntities({
  salesOrderAs: 'estimate',
});

describe('decimals on the wire', () => {
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: length });
  const decimal = fc
    .tuple(fc.boolean(), digits(25), fc.option(digits(12)))
    .map(([minus, whole, places]) => {
      const number = whole.replace(/^0+(?=\d)/, '');
      return `${minus ? '-' : ''}${number}${places === null ? '' : `.${places}`}`;
    });

  it('are numbers with exactly their digits, and come back with the same', () => {
    fc.assert(
      fc.property(decimal, (amount) => {
        const text = toWire({ TotalAmt: amount, Line: [{ Amount: amount }] });
        expect(text).toBe(`{"TotalAmt":${amount},"Line":[{"Amount":${amount}}]}`);
        expect(parseJson(text, { decimalFields: decimalProperties })).toEqual({
          TotalAmt: amount,
          Line: [{ Amount: amount }],
        });
      }),
    );
  });

  it('are left as texts where the text is no number, or the property is none of theirs', () => {
    expect(toWire({ Amount: '1,50', DocNumber: '100', Qty: '01' })).toBe(
      '{"Amount":"1,50","DocNumber":"100","Qty":"01"}',
    );
  });
});

describe('custom fields', () => {
  const stored: Row = {
    CustomField: [
      { DefinitionId: '1', Name: 'Crew #', Type: 'StringType', StringValue: '7' },
      { DefinitionId: '2', Name: 'Truck', Type: 'StringType' },
    ],
  };

  it('are members with their names, empty ones left out', () => {
    expect(flattenCustomFields(stored)).toMatchObject({ 'CustomField.Crew #': '7' });
    expect(flattenCustomFields(stored)['CustomField.Truck']).toBeUndefined();
    const empty = { CustomField: [{ DefinitionId: '1', Name: 'Crew #', StringValue: '' }] };
    expect(flattenCustomFields(empty)).toEqual(empty);
  });

  it('are written with the definitions that the record or the company has, others kept', () => {
    const written = gatherCustomFields(
      { 'CustomField.Truck': 'A', 'CustomField.Region': 'West' },
      { stored, definitions: [{ id: '3', name: 'Region' }] },
    );
    expect(written).toEqual({
      CustomField: [
        { DefinitionId: '1', Name: 'Crew #', Type: 'StringType', StringValue: '7' },
        { DefinitionId: '2', Name: 'Truck', Type: 'StringType', StringValue: 'A' },
        { DefinitionId: '3', Name: 'Region', Type: 'StringType', StringValue: 'West' },
      ],
    });
  });

  it('are cleared by null', () => {
    const { CustomField } = gatherCustomFields(
      { 'CustomField.Crew #': null },
      { stored, definitions: [] },
    ) as { readonly CustomField: readonly Row[] };
    expect(CustomField[0]).toMatchObject({ DefinitionId: '1', StringValue: '' });
  });

  it('are refused when the company does not have them', () => {
    expect(() => gatherCustomFields({ 'CustomField.Nope': 'x' }, { definitions: [] })).toThrow(
      /no custom field of the name in custom\["CustomField\.Nope"\]/,
    );
  });
});

describe('lines', () => {
  const item = (LineNum: number, Amount: string, more: Row = {}): Row => ({
    Id: String(LineNum),
    LineNum,
    Amount,
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: '1', name: 'Bolt' }, ClassRef: { value: '9' } },
    ...more,
  });
  const discount: Row = { Id: '8', Amount: '5', DetailType: 'DiscountLineDetail' };
  const subTotal: Row = { Amount: '30', DetailType: 'SubTotalLineDetail' };
  const row: Row = { Line: [item(1, '10'), item(2, '20'), discount, subTotal] };

  it('of the server and of kinds that have no canonical form are not read', () => {
    expect(readLines(invoice.lines!, row)).toHaveLength(2);
  });

  it('keep what the template does not know, and their Id, when one of them changes', () => {
    const lines = [
      { LineNum: 1, DetailType: 'SalesItemLineDetail', Amount: '12' },
      { LineNum: 2, DetailType: 'SalesItemLineDetail', Amount: '20' },
    ];
    const written = writeLines(invoice.lines!, lines, row);
    expect(written[0]).toMatchObject({
      Id: '1',
      Amount: '12',
      SalesItemLineDetail: { ItemRef: { value: '1', name: 'Bolt' }, ClassRef: { value: '9' } },
    });
  });

  it('that the template does not know stay, but for those that QuickBooks makes anew', () => {
    const written = writeLines(invoice.lines!, [], row);
    expect(written).toEqual([discount]);
  });

  it('of a journal have a sign in place of debit and credit', () => {
    const posted = (PostingType: string, Amount: string): Row => ({
      Amount,
      DetailType: 'JournalEntryLineDetail',
      JournalEntryLineDetail: { PostingType, AccountRef: { value: '1' } },
    });
    const read = readLines(journalEntry.lines!, {
      Line: [posted('Debit', '5.5'), posted('Credit', '5.5'), posted('Credit', '0')],
    });
    expect(read.map(({ SignedAmount }) => SignedAmount)).toEqual(['5.5', '-5.5', '0']);
    expect(read.map(({ LineNum }) => LineNum)).toEqual([1, 2, 3]);
    const written = writeLines(
      journalEntry.lines!,
      [{ LineNum: 1, DetailType: 'JournalEntryLineDetail', SignedAmount: '-3.00' }],
      undefined,
    );
    expect(written[0]).toMatchObject({
      Amount: '3.00',
      JournalEntryLineDetail: { PostingType: 'Credit' },
    });
    expect(written[0]).not.toHaveProperty('SignedAmount');
  });

  it('of a payment are those of its kind; a credit that it uses stays', () => {
    const linked = (TxnType: string, TxnId: string, Amount: string): Row => ({
      Amount,
      LinkedTxn: [{ TxnId, TxnType }],
    });
    const stored = { Line: [linked('Invoice', '7', '10'), linked('CreditMemo', '8', '2')] };
    expect(readLines(payment.lines!, stored)).toHaveLength(1);
    expect(writeLines(payment.lines!, [linked('Invoice', '7', '12')], stored)).toEqual([
      expect.objectContaining({ Amount: '12' }),
      linked('CreditMemo', '8', '2'),
    ]);
  });
});

describe('a row', () => {
  it('that was deactivated has the name that it had', () => {
    const row = {
      Active: false,
      DisplayName: 'Acme (deleted)',
      FullyQualifiedName: 'Acme (deleted)',
    };
    expect(toFlat(customer, row)).toMatchObject({ DisplayName: 'Acme' });
    expect(toFlat(customer, { ...row, Active: true })).toMatchObject({
      DisplayName: 'Acme (deleted)',
    });
  });

  it('without a currency has that of the company', () => {
    const row = { TotalAmt: '5' };
    expect(toFlat(invoice, row, { homeCurrency: 'EUR' })).toMatchObject({
      CurrencyRef: { value: 'EUR' },
    });
  });

  it('keeps the rest of an address of which a part changes, but not a place that is INVALID', () => {
    const stored = {
      BillAddr: { Id: '4', Line1: '1 Main St.', City: 'Tucson', Lat: 'INVALID', Long: 'INVALID' },
    };
    const { BillAddr } = toRow(
      customer,
      { BillAddr: { City: 'Phoenix' } },
      { stored, definitions: [] },
    );
    expect(BillAddr).toEqual({ Id: '4', Line1: '1 Main St.', City: 'Phoenix' });
  });

  it('does not keep the name of a reference that changes', () => {
    const stored = { SalesTermRef: { value: '1', name: 'Net 30' } };
    expect(mergeRow(stored, { SalesTermRef: { value: '2' } })).toEqual({
      SalesTermRef: { value: '2' },
    });
  });

  it('says whether something is to be cleared, and clears it', () => {
    const row = { A: { B: null, C: 1 }, D: null, E: [{ F: null }], G: { H: null } };
    expect(hasNull(row)).toBe(true);
    expect(withoutNulls(row)).toEqual({ A: { C: 1 }, E: [{}] });
    expect(hasNull(withoutNulls(row))).toBe(false);
  });
});
