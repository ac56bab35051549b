import type { EntityDescription } from '@common/connector-core';
import { suggestMapping } from '@common/connector-core/mapping/suggest';
import { describe, expect, it } from 'vitest';
import { startAcmeSandbox } from './sandbox/acme-sandbox.ts';
import { acmeProductTemplate } from './src/templates/acme-product-template.ts';

describe('suggestions for a system without metadata', () => {
  it('find most of the template that a person wrote, out of records', async () => {
    const sandbox = await startAcmeSandbox({ apiKey: 'key' });
    const answer = await fetch(`${sandbox.url}/api/products`, { headers: { 'x-api-key': 'key' } });
    const { items } = (await answer.json()) as { readonly items: readonly object[] };
    await sandbox.close();
    const vendor: EntityDescription = {
      entity: 'product',
      nativeName: 'products',
      key: ['id'],
      fields: Object.keys(items[0] ?? {}).map((name) => ({
        name,
        type: 'unknown',
        nullable: true,
        creatable: true,
        updatable: true,
        custom: false,
      })),
    };
    const { suggestions } = suggestMapping({ vendor, canonical: 'product', samples: items });
    const pairs = suggestions.map((each) => `${each.vendor} ${each.canonical}`);
    const right = acmeProductTemplate.fields.flatMap((field) =>
      'vendor' in field && 'canonical' in field ? [`${field.vendor} ${field.canonical}`] : [],
    );
    expect(right).toEqual(expect.arrayContaining(pairs));
    expect(pairs.length / right.length).toBeGreaterThanOrEqual(0.75);
  });
});
