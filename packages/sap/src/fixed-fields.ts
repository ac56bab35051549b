import { ConnectorError } from '@common/connector-core';
import type { BatchOperation } from '@common/connector-odata';

/**
 * Codes that SAP lets nobody change once a document or product exists. Which ones depends on the release and
 * on what follows the document, and a service may ignore such a change without a word.
 */
const fixedNames = new Set([
  'CompanyCode',
  'PurchaseOrderType',
  'PurchasingOrganization',
  'Supplier',
  'Material',
  'ProductType',
  'BaseUnit',
]);

/** Whether a property is one of those codes, which are stored in capitals. */
export const isFixedCode = (name: string): boolean => fixedNames.has(name);

/** The codes among what the operations change. */
export function fixedFieldsIn(operations: readonly BatchOperation[]): readonly string[] {
  const names = operations.flatMap((operation) =>
    operation.op === 'update' ? Object.keys(operation.data).filter(isFixedCode) : [],
  );
  return [...new Set(names)];
}

/** `ERR_VALIDATION`: SAP said yes and kept the old values. */
export function notTakenOver(names: readonly string[], key: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `SAP accepted the change and kept its own ${names.join(', ')}, which it does not change after creation; other fields were changed. Leave ${names.join(', ')} as SAP has it, or create a new record.`,
    system: 'sap',
    key,
  });
}
