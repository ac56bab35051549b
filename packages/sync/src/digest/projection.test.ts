import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProjection } from './projection.ts';

const order = {
  source: { system: 'sap', entity: 'purchaseOrder', key: '45', revision: '1' },
  supplier: '17',
  lines: [
    { lineNumber: '10', quantity: '1.000', custom: { ZZ: 'x' } },
    { lineNumber: '20', quantity: '2.000' },
  ],
};

describe('a projection of the whole record', () => {
  const { digest, differences } = createProjection();

  it('does not see bookkeeping fields', () => {
    const other = {
      ...order,
      source: { ...order.source, revision: '2' },
      changedAt: '2026-01-01T00:00:00Z',
      createdOn: '2026-01-01',
      custom: { ZZ: 'y' },
    };
    expect(digest(other)).toBe(digest(order));
    expect(differences(order, other)).toEqual([]);
  });

  it("sees the customer's own fields when it is told to", () => {
    const all = createProjection(undefined, { custom: true });
    const [one, other] = [
      { ...order, custom: { ZZ: 'x' } },
      { ...order, custom: { ZZ: 'y' } },
    ];
    expect(all.digest(one)).not.toBe(all.digest(other));
    expect(all.differences(one, other)).toEqual(['custom']);
    expect(all.digest(order)).toBe(digest(order));
  });

  it('sees everything else', () => {
    const other = { ...order, supplier: '18', status: 'confirmed' };
    expect(digest(other)).not.toBe(digest(order));
    expect(differences(order, other)).toEqual(['status', 'supplier']);
  });
});

describe('a projection of paths', () => {
  it.each(['lines.quantity', 'lines[].quantity'])('goes through arrays: %s', (path) => {
    const { digest, differences } = createProjection([path]);
    expect(digest({ ...order, supplier: '99' })).toBe(digest(order));
    const other = { ...order, lines: [{ quantity: '1.000' }, { quantity: '3.000' }] };
    expect(digest(other)).not.toBe(digest(order));
    expect(differences(order, other)).toEqual([path]);
  });

  it('refuses one that names a single element, which would never differ', () => {
    expect(() => createProjection(['supplier', 'lines[0].quantity'])).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining('"lines.quantity"'),
      }),
    );
  });

  it('takes an absent field and an absent parent alike', () => {
    const { digest } = createProjection(['a.b']);
    expect(digest({})).toBe(digest({ a: {} }));
    expect(digest({ a: { b: 1 } })).not.toBe(digest({}));
    expect(digest({ a: null })).toBe(digest({}));
  });

  it('does not read inherited members', () => {
    const { digest } = createProjection(['constructor.name']);
    expect(digest({})).toBe(digest(Object.create(null)));
  });
});

describe('digests', () => {
  it('are equal exactly when there is no difference', () => {
    const projection = createProjection(['a', 'b.c']);
    const record = fc.record(
      { a: fc.jsonValue({ maxDepth: 1 }), b: fc.record({ c: fc.string() }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(record, record, (left, right) => {
        const isEqual = projection.digest(left) === projection.digest(right);
        expect(isEqual).toBe(projection.differences(left, right).length === 0);
      }),
    );
  });

  it('are short', () => {
    expect(createProjection().digest(order)).toMatch(/^[\w-]{22}$/);
  });
});
