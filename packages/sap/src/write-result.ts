import { ConnectorError, type WriteChange } from '@common/connector-core';
import type { ODataRecord, ServiceMessage } from '@common/connector-odata';
import { changeTimeOf } from './sap-change-time.ts';
import type { SapEntity } from './sap-entity.ts';
import type { StoredRecord } from './sap-read.ts';

/** Revision and warnings of a result, where there are any. */
export function outcomeOf(
  entity: SapEntity,
  record: ODataRecord | undefined,
  messages: readonly ServiceMessage[] = [],
): { readonly revision?: string; readonly warnings?: readonly string[] } {
  const revision = record && changeTimeOf(entity, record);
  const warnings = messages
    .filter(({ severity }) => severity === 'warning')
    .map(({ code, message }) => (code ? `${code}: ${message}` : message));
  return {
    ...(revision ? { revision } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** @throws ConnectorError `ERR_CONFLICT` when somebody changed the record since the expected revision */
export function assertRevision(
  entity: SapEntity,
  { key, expectedRevision }: Pick<WriteChange, 'key' | 'expectedRevision'>,
  stored: StoredRecord,
): void {
  const found = changeTimeOf(entity, stored.record);
  if (expectedRevision === undefined || expectedRevision === found) return;
  throw new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    message: `${entity.name} ${key} was changed in SAP at ${found}, after the revision that was read. Read it again.`,
    system: 'sap',
    entity: entity.name,
    key,
  });
}
