import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityDescription, FieldDescription } from '../../contract/entity-description.ts';
import { defineTemplate } from '../define-template.ts';
import type { FieldMapping } from '../mapping-template.ts';
import { checkDrift } from './check-drift.ts';
import { connectorDrift } from './connector-drift.ts';
import { fingerprint, parseFingerprint } from './fingerprint.ts';

const fields: readonly FieldMapping[] = [
  { vendor: 'No', canonical: 'number', required: true },
  { vendor: 'Text', canonical: 'text', codec: { kind: 'text', maxLength: 20 } },
  { vendor: 'Free', canonical: 'free' },
  { vendor: 'Price', canonical: 'price', codec: { kind: 'decimal', scale: 2 } },
  { vendor: 'Changed', canonical: 'changed', direction: 'decode' },
  { vendor: 'Seen', canonical: 'seen', direction: 'decode', required: 'decode' },
  { vendor: 'Type', constant: 'NB' },
  { vendor: 'Sent', canonical: 'sent', vendorDefault: 'x' },
  {
    vendor: 'to_Item',
    canonical: 'lines',
    each: [
      {
        vendor: 'Qty',
        canonical: 'quantity',
        direction: 'decode',
        codec: {
          kind: 'quantity',
          scale: 3,
          canonicalUnit: 'KGM',
          vendorUnit: { field: 'Uom' },
        },
        when: { vendor: { path: '^.Kind', equals: 'K' } },
      },
    ],
  },
  { vendor: 'to_Text[Lang=EN].Body', canonical: 'body' },
];
const template = defineTemplate({
  id: 'erp.order',
  version: 1,
  vendor: { entity: 'A_Order' },
  canonical: { entity: 'order' },
  fields,
  custom: { names: ['ZZ_OWN'], prefix: 'YY1_' },
});

const field = (name: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  type: 'Edm.String',
  nullable: true,
  creatable: true,
  updatable: true,
  custom: false,
  ...more,
});
const decimal = { type: 'Edm.Decimal', precision: 13, scale: 2 } as const;
const before: readonly FieldDescription[] = [
  field('No', { nullable: false, maxLength: 10 }),
  field('Text', { maxLength: 40 }),
  field('Free', { maxLength: 40 }),
  field('Price', decimal),
  field('Changed', { creatable: false, updatable: false }),
  field('Seen', { nullable: false }),
  field('Type', { maxLength: 4 }),
  field('Sent'),
  field('Kind'),
  field('ZZ_OWN'),
  field('YY1_X'),
  field('Unused', { maxLength: 5 }),
  field('to_Item[].Qty', { ...decimal, scale: 3 }),
  field('to_Item[].Uom'),
  field('to_Item[].Unused'),
  field('to_Text[].Lang'),
  field('to_Text[].Body'),
];
const described = (list: readonly FieldDescription[], key = ['No']): EntityDescription => ({
  entity: 'order',
  nativeName: 'A_Order',
  key,
  fields: list,
});
const taken = fingerprint({ templates: [template], described: [described(before)] });
const driftTo = (list: readonly FieldDescription[], key?: string[]) =>
  checkDrift({ fingerprint: taken, templates: [template], described: [described(list, key)] });
/** The findings when one field is described differently. */
function changed(name: string, more: Partial<FieldDescription>) {
  const report = driftTo(before.map((each) => (each.name === name ? { ...each, ...more } : each)));
  return (['safe', 'narrowing', 'breaking'] as const).flatMap((severity) =>
    report[severity].map((finding) => ({ severity, ...finding })),
  );
}

describe('the fingerprint of a schema', () => {
  it('holds the fields that the templates use, and no other', () => {
    expect(Object.keys(taken.entities[0]?.fields ?? {})).toEqual([
      'Changed',
      'Free',
      'Kind',
      'No',
      'Price',
      'Seen',
      'Sent',
      'Text',
      'Type',
      'ZZ_OWN',
      'to_Item[].Qty',
      'to_Item[].Uom',
      'to_Text[].Body',
      'to_Text[].Lang',
    ]);
    expect(taken.entities[0]).toMatchObject({
      entity: 'order',
      nativeName: 'A_Order',
      key: ['No'],
    });
    expect(taken.entities[0]?.fields.Price).toEqual({
      ...decimal,
      nullable: true,
      creatable: true,
      updatable: true,
    });
  });

  it('is the same text in whichever order the fields and their facts come', () => {
    const text = JSON.stringify(taken);
    fc.assert(
      fc.property(fc.shuffledSubarray([...before], { minLength: before.length }), (shuffled) => {
        const turned = shuffled.map(
          (each) => Object.fromEntries(Object.entries(each).reverse()) as never as FieldDescription,
        );
        const again = fingerprint({ templates: [template], described: [described(turned)] });
        expect(JSON.stringify(again)).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  it('survives being stored, and refuses what is none', () => {
    expect(parseFingerprint(JSON.stringify(taken))).toEqual(taken);
    expect(() => parseFingerprint('{')).toThrow(/fingerprint is not valid JSON/);
    expect(() => parseFingerprint({ ...taken, format: 2 })).toThrow(/take a new fingerprint/);
    const wrong = { format: 1, entities: [{ ...taken.entities[0], fields: { No: { type: 5 } } }] };
    expect(() => parseFingerprint(wrong)).toThrow(
      expect.objectContaining({ path: 'entities[0].fields.No.type' }),
    );
  });

  it('needs the description of the very entity that a template maps', () => {
    const other = { ...described(before), nativeName: 'B_Order' };
    expect(() => fingerprint({ templates: [template], described: [other] })).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining('among the descriptions: order (B_Order)'),
      }),
    );
    expect(() => fingerprint({ templates: [template], described: [] })).toThrow(
      /describe\(\) answers/,
    );
  });
});

describe('drift of a schema', () => {
  it('is nothing where nothing is used that changed', () => {
    const others = before
      .filter(({ name }) => !['Unused', 'to_Item[].Unused'].includes(name))
      .map((each) => ({ ...each, label: 'new', canonical: 'x' }));
    expect(driftTo([...others, field('New', { nullable: false })])).toEqual({
      safe: [],
      narrowing: [],
      breaking: [],
      unchecked: [{ entity: 'order', path: 'to_Item' }],
    });
  });

  it.each<[string, Partial<FieldDescription>, string, string]>([
    // length
    ['Free', { maxLength: 30 }, 'narrowing', 'lower maxLength'],
    ['Free', { maxLength: 50 }, 'safe', 'longer values fit'],
    ['Free', { maxLength: undefined }, 'safe', 'longer values fit'],
    ['Text', { maxLength: 20 }, 'safe', 'never writes longer'],
    ['Text', { maxLength: 19 }, 'narrowing', 'refused by the vendor'],
    ['Changed', { maxLength: 5 }, 'safe', 'only read'],
    // digits
    ['Price', { precision: 12 }, 'narrowing', 'larger or finer'],
    ['Price', { precision: 15 }, 'safe', 'larger or finer values fit'],
    ['Price', { scale: 1 }, 'narrowing', 'refused by the vendor'],
    ['Price', { precision: 14, scale: 3 }, 'narrowing', 'refused when they are read'],
    ['Price', { scale: undefined }, 'narrowing', 'refused by the vendor'],
    [
      'Price',
      { precision: undefined, scale: undefined },
      'narrowing',
      'refused when they are read',
    ],
    ['to_Item[].Qty', { precision: 12 }, 'safe', 'only read'],
    // presence
    ['Free', { nullable: false }, 'narrowing', 'make it required or give a vendorDefault'],
    ['Sent', { nullable: false }, 'safe', 'always sends it'],
    ['Type', { nullable: false }, 'safe', 'always sends it'],
    ['Kind', { nullable: false }, 'breaking', 'never sends it'],
    ['Changed', { nullable: false }, 'safe', 'only read'],
    ['to_Item[].Uom', { nullable: false }, 'safe', 'only read'],
    ['Seen', { nullable: true }, 'narrowing', 'refused when they are read'],
    ['No', { nullable: true }, 'narrowing', 'refused when they are read'],
    // permission
    ['Free', { creatable: false }, 'breaking', 'set direction "decode"'],
    ['Seen', { creatable: false }, 'safe', 'only read'],
    ['Free', { updatable: false }, 'narrowing', 'refused or ignored'],
    ['Seen', { updatable: false }, 'safe', 'only read'],
    ['Changed', { creatable: true }, 'safe', 'creates may send it'],
    ['Changed', { updatable: true }, 'safe', 'updates may send it'],
    // type
    ['Price', { type: 'Edm.Double' }, 'narrowing', 'look at the codec'],
    ['Free', { type: 'Edm.DateTime' }, 'breaking', 'cannot read them'],
    ['to_Text[].Lang', { type: 'Edm.Int32' }, 'breaking', 'cannot read them'],
  ])('%s, now %j: %s', (name, more, severity, why) => {
    const [fact = ''] = Object.keys(more);
    const old = before.find((each) => each.name === name) as unknown as Record<string, unknown>;
    expect(changed(name, more)).toEqual([
      {
        severity,
        entity: 'order',
        path: name,
        change: fact,
        was: old[fact] ?? null,
        is: (more as Record<string, unknown>)[fact] ?? null,
        why: expect.stringContaining(why),
      },
    ]);
  });

  it('does not count on what is written only under a condition', () => {
    const when = {
      vendor: { path: 'Kind', present: true },
      canonical: { path: 'number', present: true },
    };
    const conditional = defineTemplate({
      ...template,
      fields: [
        ...fields.slice(0, 1),
        { vendor: 'Type', constant: 'NB', when },
        { vendor: 'Sent', canonical: 'sent', vendorDefault: 'x', when },
      ],
    });
    const needed = before.map((each) =>
      ['Type', 'Sent'].includes(each.name) ? { ...each, nullable: false } : each,
    );
    const report = checkDrift({
      fingerprint: taken,
      templates: [conditional],
      described: [described(needed)],
    });
    expect(report.narrowing.map(({ path, change }) => [path, change])).toEqual([
      ['Sent', 'nullable'],
      ['Type', 'nullable'],
    ]);
  });

  it('tells every fact of a field that changed', () => {
    const findings = changed('Free', { maxLength: 10, creatable: false, updatable: false });
    expect(findings.map(({ change, severity }) => [change, severity])).toEqual([
      ['maxLength', 'narrowing'],
      ['updatable', 'narrowing'],
      ['creatable', 'breaking'],
    ]);
  });

  it('breaks by a field that is gone, and names its likely successor of the same type', () => {
    const renamed = before.map((each) =>
      each.name === 'Free' ? { ...each, name: 'Free1' } : each,
    );
    expect(driftTo(renamed).breaking).toEqual([
      {
        entity: 'order',
        path: 'Free',
        change: 'removed',
        was: {
          type: 'Edm.String',
          maxLength: 40,
          nullable: true,
          creatable: true,
          updatable: true,
        },
        is: null,
        why: 'the field is gone; perhaps it is "Free1" now',
      },
    ]);
    const gone = before.filter(({ name }) => name !== 'to_Item[].Qty');
    expect(driftTo(gone).breaking).toMatchObject([
      { path: 'to_Item[].Qty', why: 'the field is gone' },
    ]);
    const retyped = renamed.map((each) =>
      each.name === 'Free1' ? { ...each, type: 'Edm.Guid' } : each,
    );
    expect(driftTo(retyped).breaking).toMatchObject([{ why: 'the field is gone' }]);
  });

  it('breaks by another key', () => {
    expect(driftTo(before, ['No', 'Year']).breaking).toMatchObject([
      { entity: 'order', change: 'key', was: ['No'], is: ['No', 'Year'] },
    ]);
    expect(driftTo(before, ['No', 'Year']).breaking[0]).not.toHaveProperty('path');
  });

  it('does not judge what the fingerprint does not hold, and says so', () => {
    const wider = defineTemplate({
      ...template,
      fields: [...fields, { vendor: 'Unused', canonical: 'u' }],
    });
    const report = checkDrift({
      fingerprint: taken,
      templates: [wider],
      described: [described(before.filter(({ name }) => name !== 'Unused'))],
    });
    expect(report).toMatchObject({
      breaking: [],
      unchecked: [
        { entity: 'order', path: 'to_Item' },
        { entity: 'order', path: 'Unused' },
      ],
    });
    const empty = checkDrift({
      fingerprint: { format: 1, entities: [] },
      templates: [template],
      described: [described(before)],
    });
    expect(empty.unchecked).toHaveLength(15);
  });

  it('does not judge what the templates do not use any more', () => {
    const fewer = defineTemplate({ ...template, fields: fields.slice(0, 1), custom: undefined });
    const report = checkDrift({
      fingerprint: taken,
      templates: [fewer],
      described: [described([field('No', { nullable: false, maxLength: 10 })])],
    });
    expect(report).toEqual({ safe: [], narrowing: [], breaking: [], unchecked: [] });
  });

  it('counts a field as written when one of several templates writes it', () => {
    const reader = defineTemplate({
      ...template,
      id: 'erp.reader',
      fields: [{ vendor: 'Free', canonical: 'free', direction: 'decode' }],
      custom: undefined,
    });
    const shorter = before.map((each) => (each.name === 'Free' ? { ...each, maxLength: 1 } : each));
    const check = (templates: readonly (typeof template)[]) =>
      checkDrift({ fingerprint: taken, templates, described: [described(shorter)] });
    expect(check([reader]).narrowing).toEqual([]);
    expect(check([reader, template]).narrowing).toHaveLength(1);
  });
});

describe('the drift of a connector', () => {
  function connectorOf(list: readonly FieldDescription[]) {
    const asked: string[] = [];
    return {
      asked,
      describe: async (entity: string, { signal }: { signal?: AbortSignal | undefined } = {}) => {
        signal?.throwIfAborted();
        asked.push(entity);
        return { ...described(list), entity };
      },
    };
  }
  const other = defineTemplate({ ...template, id: 'other', canonical: { entity: 'delivery' } });

  it('is found by describing each entity of the templates once', async () => {
    const connector = connectorOf(before);
    const templates = [template, { ...template, id: 'second' }, other];
    const first = await connectorDrift(connector, { templates });
    expect(connector.asked).toEqual(['order', 'delivery']);
    expect(first.fingerprint.entities.map(({ entity }) => entity)).toEqual(['delivery', 'order']);
    expect(first.drift).toMatchObject({ safe: [], narrowing: [], breaking: [] });

    const later = await connectorDrift(connectorOf(before.filter(({ name }) => name !== 'Seen')), {
      templates,
      fingerprint: first.fingerprint,
    });
    expect(later.drift.breaking.map(({ entity, path }) => [entity, path])).toEqual([
      ['order', 'Seen'],
      ['delivery', 'Seen'],
    ]);
    expect(later.fingerprint).not.toEqual(first.fingerprint);
  });

  it('passes the signal on', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(
      connectorDrift(connectorOf(before), { templates: [template], signal }),
    ).rejects.toThrow('stop');
  });
});
