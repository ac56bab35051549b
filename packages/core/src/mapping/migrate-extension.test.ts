import { describe, expect, it } from 'vitest';
import type { ConnectorError } from '../errors/connector-error.ts';
import { defineTemplate } from './define-template.ts';
import { extendTemplate } from './extend-template.ts';
import type { FieldMapping } from './mapping-template.ts';
import { migrateExtension } from './migrate-extension.ts';
import type { TemplateExtension } from './template-extension.ts';
import type { MigrationStep, TemplateMigration } from './template-migration.ts';

const baseOf = (version: number, fields: readonly FieldMapping[]) =>
  defineTemplate({
    id: 'sap.order',
    version,
    vendor: { entity: 'v' },
    canonical: { entity: 'c' },
    fields,
    tables: { terms: [['A', 'a']] },
  });
const decimal = (scale: number) => ({ kind: 'decimal', scale }) as const;

const second = baseOf(2, [
  { vendor: 'No', canonical: 'orderNumber' },
  { vendor: 'Waers', canonical: 'currency' },
  {
    vendor: '_Item',
    canonical: 'positions',
    each: [
      { vendor: 'Kind', canonical: 'kind' },
      { vendor: 'NetPrice', canonical: 'unitPrice', codec: decimal(2) },
      { vendor: '_Sched', canonical: 'schedule', each: [{ vendor: 'D', canonical: 'd' }] },
    ],
  },
]);
const steps: readonly MigrationStep[] = [
  { renamed: 'lines', to: 'positions' },
  { renamed: 'positions[].price', to: 'unitPrice' },
  { renamed: 'curr', to: 'currency' },
  { vendorRenamed: 'vendor:to_Item', to: '_Item' },
  { vendorRenamed: 'positions[].vendor:to_Sched', to: '_Sched' },
  { vendorRenamed: 'positions[].vendor:Art', to: 'Kind' },
];
const migrationOf = (given: readonly MigrationStep[], from = 1, to = 2): TemplateMigration => ({
  template: 'sap.order',
  from,
  to,
  steps: given,
});
const made = (changes: Partial<TemplateExtension>): TemplateExtension => ({
  id: 'acme.order',
  version: 7,
  base: { id: 'sap.order', version: 1 },
  ...changes,
});
const migrate = (changes: Partial<TemplateExtension>, given = steps, base = second) =>
  migrateExtension({ extension: made(changes), base, migrations: [migrationOf(given)] });
const problemOf = (action: () => unknown): ConnectorError => {
  try {
    action();
  } catch (error) {
    return error as ConnectorError;
  }
  throw new Error('expected an error');
};

describe('an extension of an earlier version', () => {
  it('follows fields and lists to their new names', () => {
    const { extension, notes } = migrate({
      override: { 'lines[].price': { codec: { scale: 4 } }, lines: { note: 'ours' } },
      add: [
        { vendor: 'to_Item[].Batch', canonical: 'lines[].batch' },
        { vendor: 'to_Item[].to_Sched[].E', canonical: 'lines[].schedule[].e' },
        { vendor: 'to_Item[].to_Sched[].F', constant: 'f' },
      ],
      remove: ['lines[].kind'],
    });
    expect(extension).toEqual({
      id: 'acme.order',
      version: 8,
      base: { id: 'sap.order', version: 2 },
      override: { 'positions[].unitPrice': { codec: { scale: 4 } }, positions: { note: 'ours' } },
      add: [
        { vendor: '_Item[].Batch', canonical: 'positions[].batch' },
        { vendor: '_Item[]._Sched[].E', canonical: 'positions[].schedule[].e' },
        { vendor: '_Item[]._Sched[].F', constant: 'f' },
      ],
      remove: ['positions[].kind'],
    });
    expect(notes).toEqual([]);
    expect(extendTemplate(second, extension)).toMatchObject({ id: 'acme.order', version: 8 });
  });

  it('follows them in names by the vendor, in conditions, and in what codecs ask for', () => {
    const { extension } = migrate({
      override: {
        'lines[].vendor:Art': { note: 'x' },
        'lines[].price': {
          codec: { scale: { currencyField: '^.curr' } },
          when: {
            vendor: {
              any: [{ path: 'Art', equals: 'N' }, { not: { path: '^.Waers', present: true } }],
            },
            canonical: [
              { path: 'kind', equals: 'N' },
              { path: '^.curr', present: true },
            ],
          },
        },
      },
      add: [
        {
          vendor: 'Extra',
          canonical: 'extra',
          each: [
            {
              vendor: 'X',
              canonical: 'x',
              codec: { kind: 'decimal', minScale: { currencyField: '^.curr' } },
            },
          ],
        },
      ],
    });
    expect(extension.override).toEqual({
      'positions[].vendor:Kind': { note: 'x' },
      'positions[].unitPrice': {
        codec: { scale: { currencyField: '^.currency' } },
        when: {
          vendor: {
            any: [{ path: 'Kind', equals: 'N' }, { not: { path: '^.Waers', present: true } }],
          },
          canonical: [
            { path: 'kind', equals: 'N' },
            { path: '^.currency', present: true },
          ],
        },
      },
    });
    expect(extension.add).toMatchObject([
      { each: [{ codec: { minScale: { currencyField: '^.currency' } } }] },
    ]);
  });

  it('follows tables to their new names', () => {
    const { extension } = migrate(
      {
        add: [{ vendor: 'T', canonical: 't', codec: { kind: 'lookup', table: 'zterm' } }],
        tables: { zterm: [['B', 'b']] },
      },
      [{ tableRenamed: 'zterm', to: 'terms' }],
    );
    expect(extension).toMatchObject({
      add: [{ codec: { table: 'terms' } }],
      tables: { terms: [['B', 'b']] },
    });
  });

  it('loses the removal of what is gone anyway, and says so', () => {
    const { extension, notes } = migrate({ remove: ['status', 'orderNumber', 'old[].a'] }, [
      { removed: 'status', why: 'SAP has none' },
      { removed: 'old' },
    ]);
    expect(extension.remove).toEqual(['orderNumber']);
    expect(notes).toEqual([
      {
        path: 'remove[0]',
        message: 'is superfluous: version 2 does not have the field any more (SAP has none).',
      },
      { path: 'remove[1]', message: expect.stringContaining('superfluous') },
    ]);
  });

  it('carries the options of a changed codec over as far as the migration says', () => {
    const changed: MigrationStep = {
      codecChanged: 'positions[].unitPrice',
      options: { places: 'scale', style: null },
    };
    const given = { places: 4, style: 'x' };
    const { extension, notes } = migrate(
      { override: { 'lines[].price': { codec: given, note: 'n' } } },
      [...steps, changed],
    );
    expect(extension.override).toEqual({
      'positions[].unitPrice': { codec: { scale: 4 }, note: 'n' },
    });
    expect(notes).toMatchObject([{ path: 'override.positions[].unitPrice.codec.style' }]);

    const onlyOld = migrate({ override: { 'lines[].price': { codec: { style: 'x' } } } }, [
      ...steps,
      changed,
    ]);
    expect(onlyOld.extension.override).toEqual({ 'positions[].unitPrice': {} });
    const whole = migrate({ override: { 'lines[].price': { codec: decimal(3) } } }, [
      ...steps,
      changed,
    ]);
    expect(whole.extension.override).toEqual({ 'positions[].unitPrice': { codec: decimal(3) } });
    expect(whole.notes).toMatchObject([{ message: expect.stringContaining('replaces the codec') }]);
  });

  it('goes through all versions between, and counts up once', () => {
    const third = baseOf(3, [{ vendor: 'No', canonical: 'documentNumber' }]);
    const migrations = [
      migrationOf([{ renamed: 'number', to: 'orderNumber' }], 1, 2),
      migrationOf([{ renamed: 'orderNumber', to: 'documentNumber' }], 2, 3),
      { ...migrationOf([{ removed: 'orderNumber' }], 1, 3), template: 'sap.other' },
    ];
    const extension = made({ override: { number: { required: true } } });
    expect(migrateExtension({ extension, base: third, migrations }).extension).toMatchObject({
      version: 8,
      base: { version: 3 },
      override: { documentNumber: { required: true } },
    });
  });

  it('is left alone when it is up to date already', () => {
    const extension = made({ base: { id: 'sap.order', version: 2 }, remove: ['orderNumber'] });
    const result = migrateExtension({ extension, base: second, migrations: [] });
    expect(result).toEqual({ extension, notes: [] });
    const wrong = made({ base: { id: 'sap.order', version: 2 }, remove: ['nothing'] });
    expect(
      problemOf(() => migrateExtension({ extension: wrong, base: second, migrations: [] })).path,
    ).toBe('remove[0]');
  });

  it('is not changed in place', () => {
    const extension = made({ override: { 'lines[].price': { codec: { scale: 4 } } } });
    const before = JSON.stringify(extension);
    migrateExtension({ extension, base: second, migrations: [migrationOf(steps)] });
    expect(JSON.stringify(extension)).toBe(before);
  });

  it.each<[string, Partial<TemplateExtension>, readonly MigrationStep[], string, RegExp]>([
    [
      'a change of a field that is gone',
      { override: { status: {} } },
      [{ removed: 'status' }],
      'override.status',
      /version 2 does not have any more/,
    ],
    [
      'a change in a list that is gone',
      { override: { 'old[].a': {} } },
      [{ removed: 'old', why: 'moved' }],
      'override.old[].a',
      /\(moved\)/,
    ],
    [
      'a field in a list that is gone',
      { add: [{ vendor: 'o[].a', canonical: 'old[].a' }] },
      [{ removed: 'old' }],
      'add[0]',
      /take it out/,
    ],
    [
      'an option of a codec that was replaced',
      { override: { orderNumber: { codec: { zeroPad: 4 } } } },
      [{ codecChanged: 'orderNumber' }],
      'override.orderNumber.codec.zeroPad',
      /version 2 replaced/,
    ],
    [
      'what the new version has by itself',
      { add: [{ vendor: 'Z', canonical: 'currency' }] },
      [],
      'add[0].canonical',
      /writes as well/,
    ],
    ['what nobody knows any more', { remove: ['forgotten'] }, [], 'remove[0]', /does not have/],
    ['no base', { base: undefined }, [], 'base', /is missing/],
    [
      'another base',
      { base: { id: 'x', version: 1 } },
      [],
      'base.id',
      /the template is "sap.order"/,
    ],
    [
      'a later version',
      { base: { id: 'sap.order', version: 9 } },
      [],
      'base.version',
      /no way back/,
    ],
    ['no extension', { remove: 5 as never }, [], 'remove', /must be a list/],
  ])('cannot be carried over with %s', (_name, changes, given, path, message) => {
    const problem = problemOf(() => migrate(changes, given));
    expect(problem).toMatchObject({ code: 'ERR_INVALID_TEMPLATE', path });
    expect(problem.message).toMatch(message);
  });

  it('cannot be carried over a version without a migration', () => {
    const base = baseOf(3, []);
    const migrations = [migrationOf([], 1, 2)];
    expect(
      problemOf(() => migrateExtension({ extension: made({}), base, migrations })),
    ).toMatchObject({
      path: 'base.version',
      message: expect.stringContaining('from version 2 towards 3 no migration is given'),
    });
    const tooFar = [migrationOf([], 1, 4)];
    expect(() => migrateExtension({ extension: made({}), base, migrations: tooFar })).toThrow(
      /no migration/,
    );
  });
});
