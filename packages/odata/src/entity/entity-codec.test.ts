import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDecoder } from './entity-decoder.ts';
import { compileEncoder } from './entity-encoder.ts';
import { defineEntityType, type EntityType } from './entity-type.ts';

const parent: EntityType = defineEntityType({
  name: 'Parent',
  key: ['Id'],
  properties: {
    Id: 'Edm.String',
    Net: 'Edm.Decimal',
    Day: { type: 'Edm.DateTime', display: 'date' },
    At: 'Edm.DateTimeOffset',
    Fixed: { type: 'Edm.String', updatable: false },
    Computed: { type: 'Edm.String', creatable: false, updatable: false },
  },
  navigations: { to_Child: { type: (): EntityType => child, many: true } },
});
const child: EntityType = defineEntityType({
  name: 'Child',
  key: ['Id'],
  properties: { Id: 'Edm.String', Net: 'Edm.Decimal' },
  navigations: { to_Parent: { type: parent, many: false } },
});

describe('decoding', () => {
  const decode = compileDecoder({ type: parent, version: 'v2' });

  test.each([null, 'text', 7, true, undefined])('refuses %j, which is no record', (wire) => {
    const refused = expect.objectContaining({ code: 'ERR_MAPPING', category: 'mapping' });
    expect(() => decode(wire as never)).toThrow(refused);
    expect(() => decode({ to_Child: { results: [{}, wire] } })).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: 'to_Child[1]' }),
    );
  });

  test.each([
    ['to_Child', 'text'],
    ['to_Child', { Id: '1' }],
    ['to_Child', { results: 7 }],
  ])('refuses %s where it is %j: its records would be lost', (name, wire) => {
    expect(() => decode({ [name]: wire })).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: name }),
    );
  });

  test('refuses a list where one record has to be', () => {
    const decodeChild = compileDecoder({ type: child, version: 'v4' });
    expect(() => decodeChild({ to_Parent: [{ Id: '1' }] })).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: 'to_Parent' }),
    );
  });

  test('follows types that refer to each other in a circle', () => {
    const wire = {
      Id: '1',
      to_Child: {
        results: [{ Net: '1.0', to_Parent: { Day: '/Date(0)/', to_Child: { __deferred: {} } } }],
      },
    };
    expect(decode(wire)).toEqual({
      Id: '1',
      to_Child: [{ Net: '1.0', to_Parent: { Day: '1970-01-01' } }],
    });
  });

  test('is right for records of different shapes, one after the other', () => {
    expect(decode({ Id: '1', Day: '/Date(0)/' })).toEqual({ Id: '1', Day: '1970-01-01' });
    expect(decode({ Day: '/Date(0)/', Id: '1' })).toEqual({ Id: '1', Day: '1970-01-01' });
    expect(decode({ __metadata: {}, Day: null, Net: '1' })).toEqual({ Day: null, Net: '1' });
    expect(decode({ Id: '1', Day: '/Date(0)/', Extra: '/Date(0+0000)/' })).toEqual({
      Id: '1',
      Day: '1970-01-01',
      Extra: '1970-01-01T00:00:00Z',
    });
    expect(decode({})).toEqual({});
    expect(decode({ Id: '1' })).toEqual({ Id: '1' });
  });

  test('keeps an expanded to-one that is null, and texts that only look like dates', () => {
    expect(decode({ to_Child: null, YY1_Text: '/Date(soon)/' })).toEqual({
      to_Child: null,
      YY1_Text: '/Date(soon)/',
    });
  });

  test('of V4 leaves annotations of the protocol out and those of the vendor in', () => {
    const v4 = compileDecoder({ type: undefined, version: 'v4' });
    expect(
      v4({
        '@odata.etag': 'x',
        'a@odata.navigationLink': 'x',
        'state@OData.Community.Display.V1.FormattedValue': 'Active',
        state: 0,
        list: ['a', { '@odata.type': 'x', b: 1 }],
      }),
    ).toEqual({
      'state@OData.Community.Display.V1.FormattedValue': 'Active',
      state: 0,
      list: ['a', { b: 1 }],
    });
  });

  test('a wrong value names its path through lists', () => {
    expect(() =>
      decode({ to_Child: { results: [{ Net: '1' }, { to_Parent: { Day: 'x' } }] } }),
    ).toThrow(
      expect.objectContaining({
        path: 'to_Child[1].to_Parent.Day',
        message: expect.stringMatching(/^to_Child\[1\]\.to_Parent\.Day: Edm\.DateTime: /),
      }),
    );
  });
});

describe('encoding', () => {
  const encode = compileEncoder({ type: parent, version: 'v2' });
  const record = {
    __metadata: {},
    '@odata.etag': 'x',
    Id: '1',
    Fixed: 'f',
    Computed: 'c',
    Net: null,
    YY1_X: 'y',
    'account@odata.bind': '/accounts(1)',
    to_Child: [{ Net: '1.5' }],
  };

  test('a create takes children along and leaves out what cannot be created', () => {
    expect(encode(record, 'create')).toEqual({
      Id: '1',
      Fixed: 'f',
      Net: null,
      YY1_X: 'y',
      'account@odata.bind': '/accounts(1)',
      to_Child: { results: [{ Net: '1.5' }] },
    });
  });

  test('trap: an update holds no key, no read-only and no navigation property (cloud-sdk-js#3776, #2430)', () => {
    expect(encode(record, 'update')).toEqual({
      Net: null,
      YY1_X: 'y',
      'account@odata.bind': '/accounts(1)',
    });
  });

  test('a wrong value names its path', () => {
    expect(() => encode({ to_Child: [{ Net: 'x' }] }, 'create')).toThrow(
      expect.objectContaining({ code: 'ERR_MAPPING', path: 'to_Child[0].Net' }),
    );
  });

  test.each(['v2', 'v4'] as const)('and decoding are inverse in %s', (version) => {
    const forth = compileEncoder({ type: parent, version });
    const back = compileDecoder({ type: parent, version });
    const day = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
    const net = fc.stringMatching(/^-?(0|[1-9]\d{0,13})(\.\d{1,3})?$/);
    const canonical = fc.record({
      Id: fc.string(),
      Net: fc.option(net),
      At: fc.option(day.map((text) => text.replace(/\.?0*Z$/, 'Z'))),
      to_Child: fc.array(fc.record({ Id: fc.string(), Net: net })),
    });
    fc.assert(
      fc.property(canonical, (value) => {
        const text = JSON.stringify(forth(value, 'create'));
        // As a lossless parser does: every number of V4 arrives with its digits.
        const wire = JSON.parse(text.replace(/("Net":)(-?[\d.]+)/g, '$1"$2"'));
        expect(back(wire)).toEqual(value);
      }),
    );
  });
});
