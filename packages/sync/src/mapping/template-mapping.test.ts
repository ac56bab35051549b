import type { ErpRecord } from '@common/connector-core';
import { compileTemplate, defineTemplate } from '@common/connector-core/mapping';
import { describe, expect, it } from 'vitest';
import { createSync } from '../engine/create-sync.ts';
import { memoryStore } from '../state/memory-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { memoryConnector } from '../testing/memory-connector.ts';
import { templateMapping } from './template-mapping.ts';

type Vendor = ErpRecord & { readonly MENGE?: string };
type Canonical = ErpRecord & { readonly quantity?: string };

const template = compileTemplate<Canonical, Vendor>(
  defineTemplate({
    id: 'test.item',
    version: 1,
    vendor: { system: 'test', entity: 'ITEM' },
    canonical: { entity: 'item' },
    fields: [
      {
        vendor: 'MENGE',
        canonical: 'quantity',
        codec: { kind: 'decimal', precision: 13, scale: 3 },
      },
    ],
  }),
);

describe('a mapping template', () => {
  it('maps the records of a flow; what it refuses goes to the dead letters with its path', async () => {
    const source = memoryConnector({ id: 'a' });
    const target = memoryConnector({ id: 'b' });
    source.put('s1', { name: 'good', MENGE: '1.5' } as never);
    source.put('s2', { name: 'bad', MENGE: 'many' } as never);
    const sync = createSync({
      id: 'flow',
      source: source.connector,
      target: target.connector,
      entity: 'item',
      mapping: templateMapping(template, 'decode'),
      store: memoryStore(),
      clock: fakeClock(),
    });
    expect(await sync.run()).toMatchObject({ inserted: 1, failed: 1 });
    expect(target.live().get('b-1')).toEqual({ quantity: '1.500' });
    expect(await sync.deadLetters.list()).toMatchObject([
      { stage: 'map', key: 's2', error: { code: 'ERR_MAPPING', category: 'mapping' } },
    ]);
  });

  it('maps the other way with the same template', () => {
    const mapping = templateMapping(template, 'encode');
    expect(mapping.map({ quantity: '2.000' } as never, undefined as never)).toEqual({
      record: { MENGE: '2.000' },
    });
  });
});
