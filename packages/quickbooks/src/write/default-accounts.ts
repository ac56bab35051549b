import type { QuickbooksEntity, Row } from '../quickbooks-entity.ts';
import type { QuickbooksConfiguration } from '../quickbooks-settings.ts';

/** The accounts of the settings, for a new record that brings none. */
export function withDefaults(
  { resource }: QuickbooksEntity,
  row: Row,
  { accounts }: Pick<QuickbooksConfiguration, 'accounts'>,
): Row {
  const { income, expense, asset, payable } = accounts;
  const missing: Record<string, string | undefined> =
    resource === 'Item'
      ? {
          IncomeAccountRef: income,
          ExpenseAccountRef: expense,
          ...(row.Type === 'Inventory' ? { AssetAccountRef: asset } : {}),
        }
      : resource === 'PurchaseOrder'
        ? { APAccountRef: payable }
        : {};
  const defaults = Object.entries(missing).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, { value }] as const],
  );
  return { ...Object.fromEntries(defaults), ...row };
}
