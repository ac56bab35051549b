import { ConnectorError } from '@common/connector-core';
import type { QuickbooksTarget } from '../decode-rows.ts';
import type { Row } from '../quickbooks-entity.ts';

/**
 * Tax numbers come back masked (`XXXXXXX6789`). What sends a whole record would write the mask over the
 * number, or clear it by leaving it out.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_OPERATION`
 */
export function assertUnmasked({ entity }: QuickbooksTarget, stored: Row): void {
  const masked = Object.entries(stored).find(
    ([name, value]) => name.endsWith('TaxIdentifier') && /[X*]{2}/i.test(String(value)),
  );
  if (masked === undefined) return;
  const [property] = masked;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `Null cannot be written to a ${entity.name} that has a tax number: QuickBooks clears only where all is sent, and shows the tax number masked. Clear the value in QuickBooks, or write another one.`,
    system: 'quickbooks',
    entity: entity.name,
    path: property,
  });
}
