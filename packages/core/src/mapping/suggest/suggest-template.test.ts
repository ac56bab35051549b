import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../compile-template.ts';
import { parseTemplate } from '../define-template.ts';
import { checkTemplateLaws } from '../template-laws.ts';
import { calibrationSet } from './labelled/calibration-set.fixture.ts';
import { heldOutSet } from './labelled/held-out-set.fixture.ts';
import { labelled } from './labelled/labelled-entity.fixture.ts';
import { tuningSet } from './labelled/tuning-set.fixture.ts';
import { suggestMapping } from './suggest-mapping.ts';
import { suggestTemplate } from './suggest-template.ts';

const all = [...tuningSet, ...calibrationSet, ...heldOutSet];

describe('the draft of a template', () => {
  it.each(all.map((each) => [each.system, each.description.nativeName, each] as const))(
    'is one that the mapping takes and that loses nothing: %s, %s',
    (system, _name, { description, canonical, samples }) => {
      const found = suggestMapping({ vendor: description, canonical, samples });
      const draft = suggestTemplate(found, { id: `draft.${canonical}`, system });
      expect(parseTemplate(JSON.stringify(draft))).toEqual(draft);
      expect(checkTemplateLaws(draft, { records: 100 })).toEqual([]);
    },
  );

  it('reads and writes a record', () => {
    const { description } = labelled(
      'acme',
      'Orders',
      'purchaseOrder',
      `Number string(20)
       Vendor string(10)
       Currency string(3)
       Mood__c string(10)
       Lines[].LineNumber integer
       Lines[].Item string(20)
       Lines[].Quantity decimal(13,3)
       Lines[].Price decimal(13,2)`,
    );
    const record = {
      Number: 'B-1',
      Vendor: '70012',
      Currency: 'JPY',
      Mood__c: 'good',
      Lines: [{ LineNumber: 10, Item: 'MZ-1', Quantity: '5.000', Price: '100.00' }],
    };
    const found = suggestMapping({
      vendor: description,
      canonical: 'purchaseOrder',
      samples: [record],
    });
    const mapping = compileTemplate(suggestTemplate(found, { id: 'acme.order', system: 'acme' }));
    const order = mapping.decode(record);
    expect(order).toEqual({
      orderNumber: 'B-1',
      supplier: '70012',
      currency: 'JPY',
      custom: { Mood__c: 'good' },
      lines: [{ lineNumber: '10', product: 'MZ-1', quantity: '5.000', unitPrice: '100' }],
    });
    expect(mapping.encode(order)).toEqual(record);
  });

  it('has only what was accepted, and reads only what can only be read', () => {
    const { description } = labelled(
      'acme',
      'Items',
      'product',
      'Number string\nModified datetime',
    );
    const vendor = {
      ...description,
      fields: description.fields.map((field) =>
        field.name === 'Modified' ? { ...field, creatable: false, updatable: false } : field,
      ),
    };
    const found = suggestMapping({ vendor, canonical: 'product' });
    const accepted = found.suggestions.filter(({ canonical }) => canonical === 'changedAt');
    const draft = suggestTemplate(found, { id: 'acme.item', system: 'acme', accepted });
    expect(draft.fields).toEqual([
      {
        vendor: 'Modified',
        canonical: 'changedAt',
        codec: { kind: 'instant' },
        direction: 'decode',
        note: expect.stringMatching(/^Suggested with confidence 0\.\d\d$/),
      },
    ]);
  });

  it('gives a record that is its own line the line’s number', () => {
    const { description } = labelled(
      'acme',
      'Order',
      'purchaseOrder',
      'po_number string\nproduct string\nquantity decimal\nunit_price decimal',
    );
    const found = suggestMapping({ vendor: description, canonical: 'purchaseOrder' });
    const draft = suggestTemplate(found, { id: 'acme.order', system: 'acme' });
    expect(draft.fields).toContainEqual({ canonical: 'lines[only].lineNumber', constant: '1' });
  });
});
