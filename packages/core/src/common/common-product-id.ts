import { createHash } from 'node:crypto';
import { ConnectorError } from '../errors/connector-error.ts';
import { isUuid } from './is-uuid.ts';

/**
 * The Common `product_id` of a product that Common does not know yet: the name-based UUID (RFC 9562,
 * version 5) of the product number in the company's namespace. The same company and number give the
 * same id on every machine, so no table of ids has to be kept or migrated.
 *
 * @param input.companyId - UUID of the company whose product number it is
 * @param input.productNumber - as the ERP writes it; case and blanks matter
 * @throws ConnectorError `ERR_VALIDATION` when the company id is no UUID or the number is empty
 */
export function commonProductId(input: {
  readonly companyId: string;
  readonly productNumber: string;
}): string {
  if (!isUuid(input.companyId)) {
    throw invalid('companyId', 'The company id must be a UUID: it is the namespace of the id.');
  }
  if (input.productNumber === '') {
    throw invalid('productNumber', 'A product number is needed to derive a product id.');
  }
  const hash = createHash('sha1')
    .update(Buffer.from(input.companyId.replaceAll('-', ''), 'hex'))
    .update(input.productNumber, 'utf8')
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

function invalid(path: string, message: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    system: 'common',
    path,
    message,
  });
}
