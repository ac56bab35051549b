import { describe, expect, it } from 'vitest';
import { commonProductId } from './common-product-id.ts';
import { isUuid } from './is-uuid.ts';

const companyId = '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10';

describe('commonProductId', () => {
  it('is the version 5 UUID of RFC 9562, appendix A.4', () => {
    expect(
      commonProductId({
        companyId: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
        productNumber: 'www.example.com',
      }),
    ).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('is a UUID, the same every time, another one for another number or company', () => {
    const id = commonProductId({ companyId, productNumber: 'MZ-FG-000001' });
    expect(isUuid(id)).toBe(true);
    expect(commonProductId({ companyId, productNumber: 'MZ-FG-000001' })).toBe(id);
    expect(commonProductId({ companyId, productNumber: 'MZ-FG-000002' })).not.toBe(id);
    expect(
      commonProductId({
        companyId: '7f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10',
        productNumber: 'MZ-FG-000001',
      }),
    ).not.toBe(id);
  });

  it('does not depend on how the company id is written', () => {
    expect(commonProductId({ companyId: companyId.toUpperCase(), productNumber: 'X' })).toBe(
      commonProductId({ companyId, productNumber: 'X' }),
    );
  });

  it.each([
    ['a company id that is no UUID', { companyId: '1000', productNumber: 'X' }, 'companyId'],
    ['an empty product number', { companyId, productNumber: '' }, 'productNumber'],
  ])('refuses %s and names it', (_name, input, path) => {
    expect(() => commonProductId(input)).toThrow(
      expect.objectContaining({ code: 'ERR_VALIDATION', path }),
    );
  });
});
