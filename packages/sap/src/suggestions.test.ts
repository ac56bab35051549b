import type { EntityDescription } from '@common/connector-core';
import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import { parseTemplate } from '@common/connector-core/mapping';
import { suggestMapping, suggestTemplate } from '@common/connector-core/mapping/suggest';
import { describe, expect, it } from 'vitest';
import { openSap } from './open-sap.fixture.ts';
import {
  customerTemplate,
  productTemplate,
  purchaseOrderV2Template,
  purchaseOrderV4Template,
  supplierTemplate,
} from './templates/index.ts';

type Described = 'product' | 'customer' | 'supplier' | 'purchaseOrder';

/** Vendor path → canonical paths, as the template has them; list positions left out. */
function pairsOf(
  fields: readonly FieldMapping[],
  at = { vendor: '', canonical: '' },
): readonly (readonly [vendor: string, canonical: string])[] {
  return fields.flatMap((field): readonly (readonly [string, string])[] => {
    if (!('vendor' in field && 'canonical' in field)) return [];
    const vendor = at.vendor + field.vendor.replaceAll(/\[[^\]]*\]/g, '[]');
    const canonical = at.canonical + field.canonical;
    if (!('each' in field)) return [[vendor, canonical]];
    return pairsOf(field.each, { vendor: `${vendor}[].`, canonical: `${canonical}[].` });
  });
}

/** What the connector knows of its template is not told. */
const untold = (description: EntityDescription): EntityDescription => ({
  ...description,
  fields: description.fields.map(({ canonical: _, ...field }) => field),
});

async function judge(
  describeEntity: (entity: Described) => Promise<EntityDescription>,
  template: MappingTemplate,
) {
  const entity = template.canonical.entity as Described;
  const description = untold(await describeEntity(entity));
  const found = suggestMapping({ vendor: description, canonical: entity });
  const names = new Set(description.fields.map(({ name }) => name));
  const pairs = pairsOf(template.fields).filter(([vendor]) => names.has(vendor));
  const right = found.suggestions.filter((each) =>
    pairs.some(([vendor, canonical]) => vendor === each.vendor && canonical === each.canonical),
  );
  const expected = new Set(pairs.map(([, canonical]) => canonical));
  const missed = [...expected].filter((path) => !right.some(({ canonical }) => canonical === path));
  return { found, right, expected, missed };
}

describe('suggestions for SAP, against the shipped templates', () => {
  it('are right for nine in ten, and find most of what the templates have', async () => {
    await using v2 = await openSap({}, { purchaseOrderApi: 'v2' });
    await using v4 = await openSap({}, { purchaseOrderApi: 'v4' });
    const judged = await Promise.all(
      [productTemplate, customerTemplate, supplierTemplate, purchaseOrderV2Template]
        .map((template) => judge((entity) => v2.erp.describe(entity), template))
        .concat(judge((entity) => v4.erp.describe(entity), purchaseOrderV4Template)),
    );
    let suggested = 0;
    let right = 0;
    let expected = 0;
    let missed = 0;
    for (const each of judged) {
      suggested += each.found.suggestions.length;
      right += each.right.length;
      expected += each.expected.size;
      missed += each.missed.length;
    }
    const recall = (expected - missed) / expected;
    process.stdout.write(
      `shipped templates of SAP: precision ${((100 * right) / suggested).toFixed(1)} % of ${suggested}, recall ${(100 * recall).toFixed(1)} % of ${expected}\n`,
    );
    expect(right / suggested).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.75);
  });

  it('make a draft that the mapping takes', async () => {
    await using sap = await openSap();
    const description = await sap.erp.describe('purchaseOrder');
    const found = suggestMapping({ vendor: description, canonical: 'purchaseOrder' });
    const draft = suggestTemplate(found, { id: 'draft.order', system: 'sap' });
    expect(parseTemplate(JSON.stringify(draft))).toEqual(draft);
  });
});
