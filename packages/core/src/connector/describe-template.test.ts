import { describe, expect, it } from 'vitest';
import { defineTemplate } from '../mapping/define-template.ts';
import { describeTemplate } from './describe-template.ts';

const template = defineTemplate({
  id: 'acme.order',
  version: 1,
  vendor: { system: 'acme', entity: 'orders' },
  canonical: { entity: 'purchaseOrder' },
  fields: [
    { vendor: 'supplier', canonical: 'supplier', required: true },
    { vendor: 'changed', canonical: 'changedAt', codec: { kind: 'instant' }, direction: 'decode' },
    { vendor: 'type', constant: 'NB' },
    { vendor: 'items', canonical: 'lines', each: [{ vendor: 'pos', canonical: 'lineNumber' }] },
  ],
});

describe('describeTemplate', () => {
  const { fields, ...rest } = describeTemplate(template, ['id']);

  it('names the entity on both sides', () => {
    expect(rest).toEqual({ entity: 'purchaseOrder', nativeName: 'orders', key: ['id'] });
  });

  it('describes what the template maps, and leaves constants out', () => {
    expect(fields.map(({ name, canonical, type }) => [name, canonical, type])).toEqual([
      ['supplier', 'supplier', 'text'],
      ['changed', 'changedAt', 'instant'],
      ['items', 'lines', 'list'],
    ]);
  });

  it('knows what is required and what is only read', () => {
    expect(fields[0]).toMatchObject({ nullable: false, creatable: true, updatable: true });
    expect(fields[1]).toMatchObject({ nullable: true, creatable: false, updatable: false });
  });
});
