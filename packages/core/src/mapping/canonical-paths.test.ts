import { describe, expect, it } from 'vitest';
import { defineTemplate, parseTemplate } from './define-template.ts';
import type { FieldMapping, MappingTemplate } from './mapping-template.ts';

const template = (
  fields: readonly FieldMapping[],
  canonical: MappingTemplate['canonical'] = { entity: 'product' },
): MappingTemplate => ({
  id: 'acme.item',
  version: 1,
  vendor: { entity: 'item' },
  canonical,
  fields,
});

describe('canonical paths of the core’s entities', () => {
  it.each<[string, readonly FieldMapping[], string, string]>([
    [
      'a misspelt field',
      [{ vendor: 'no', canonical: 'productNumbr' }],
      'fields[0].canonical',
      'Did you mean "productNumber"?',
    ],
    [
      'a field inside another',
      [{ vendor: 'u', canonical: 'baseUnit.kode' }],
      'fields[0].canonical',
      'Did you mean "code"?',
    ],
    [
      'a field of a list',
      [{ vendor: 'd', canonical: 'descriptions[language=en].txt' }],
      'fields[0].canonical',
      'Did you mean "text"?',
    ],
    [
      'a field of an element',
      [{ vendor: 'p', canonical: 'plants', each: [{ vendor: 'w', canonical: 'plnt' }] }],
      'fields[0].each[0].canonical',
      'Did you mean "plant"?',
    ],
    [
      'a constant',
      [{ canonical: 'productTyp', constant: 'X' }],
      'fields[0].canonical',
      'Did you mean "productType"?',
    ],
  ])('names %s', (_name, fields, path, advice) => {
    expect(() => defineTemplate(template(fields))).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_TEMPLATE',
        path,
        message: expect.stringContaining(advice),
      }),
    );
    expect(() => parseTemplate(JSON.stringify(template(fields)))).toThrow(advice);
  });

  it('leave `custom` open', () => {
    const fields = [{ vendor: 'colour', canonical: 'custom.YY1_COLOUR' }];
    expect(defineTemplate(template(fields)).fields).toEqual(fields);
  });

  it('are not looked at in entities of a plugin, or of another system', () => {
    const fields = [{ vendor: 'no', canonical: 'anything' }];
    expect(defineTemplate(template(fields, { entity: 'machine' })).fields).toEqual(fields);
    expect(defineTemplate(template(fields, { system: 'crm', entity: 'product' })).fields).toEqual(
      fields,
    );
  });
});
