import { describe, expect, it } from 'vitest';
import { fieldNamedIn, withoutValues } from './message-values.ts';

describe('a message of Salesforce', () => {
  it.each([
    ['Name: data value too large: Jane Doe Jane Doe (max length=4)', '(max length=4)'],
    ['Email: invalid email address: jane.doe@example', 'invalid email address'],
    ['Tier: bad value for restricted picklist field: Jane: Doe', 'restricted picklist field'],
    [
      'Cannot deserialize instance of currency from VALUE_STRING value Jane Doe or request may be missing a required field at [line:1, column:57]',
      'instance of currency',
    ],
    ['invalid number Jane Doe', 'invalid number'],
    ['invalid date: 1980-01-01 Jane', 'invalid date'],
    ["Json Deserialization failed on token 'Jane'", 'failed on token'],
    ["Unrecognized token 'Jane': was expecting 'null' at [line:1, column:9]", 'Unrecognized token'],
    ['Account ID: id value of incorrect type: Jane Doe', 'incorrect type'],
    ['Amount: value outside of valid range on numeric field: 19800101 Jane', 'numeric field'],
    [
      'Foreign key external ID: Jane Doe not found for field ERP_Id__c in entity Account',
      'not found for field ERP_Id__c in entity Account',
    ],
    [
      "\nWHERE Name = 'Jane Doe' AND Colour = 1\n                     ^\nERROR at Row:1:Column:64\nNo such column 'Colour' on entity 'Account'.",
      "No such column 'Colour' on entity 'Account'",
    ],
    ["line 1:44 unexpected token: 'Jane'", 'unexpected token'],
    ['Name = Jane ^ ERROR at Row:1:Column:40 invalid ID field: Jane', 'invalid ID field'],
  ])('keeps what helps and loses the value: %s', (message, kept) => {
    const shown = withoutValues(message);
    expect(shown).toContain(kept);
    expect(shown).not.toMatch(/Jane|jane|Doe|1980/);
  });

  it.each([
    'Required fields are missing: [Name]',
    'duplicate value found: ERP_Id__c duplicates value on record with id: 0015g00000ABCDE',
    "You're creating a duplicate record. We recommend you use an existing record instead.",
    "No such column 'Colour' on sobject of type Account",
  ])('without a value stays as it is: %s', (message) => {
    expect(withoutValues(message)).toBe(message);
  });

  it.each([
    ['duplicate value found: ERP_Id__c duplicates value on record with id: 0015g', 'ERP_Id__c'],
    ["No such column 'Colour' on sobject of type Account", 'Colour'],
    ['Foreign key external ID: a for b not found for field ERP_Id__c in entity X', 'ERP_Id__c'],
    ['duplicate value found: <unknown> duplicates value on record with id: <unknown>', undefined],
  ])('names the field where the answer does not: %s', (message, field) => {
    expect(fieldNamedIn(message)).toBe(field);
  });
});
