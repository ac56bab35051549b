import { ConnectorError, Decimal, type WriteResult } from '@common/connector-core';
import type { QuickbooksTarget } from '../decode-rows.ts';
import type { Row } from '../quickbooks-entity.ts';
import type { QuickbooksAnswer } from '../quickbooks-session.ts';
import { isRow } from '../row/merge-row.ts';
import type { WritePlan } from './plan-write.ts';

/**
 * The result of a change that is done, by the answer that holds its row.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when it holds none
 */
export function resultOf(
  { entity }: QuickbooksTarget,
  { status, key, record }: WritePlan,
  { body, requestId }: QuickbooksAnswer,
): WriteResult {
  const row = body[entity.resource];
  const id = isRow(row) ? (key ?? row.Id) : undefined;
  if (!isRow(row) || typeof id !== 'string' || id === '') {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      retryable: false,
      message: `QuickBooks took the ${entity.name} and did not answer with it. Look for it before writing it again.`,
      requestId,
      outcomeUnknown: true,
    });
  }
  const { SyncToken } = row;
  const warnings = warningsOf(record, row);
  return {
    status,
    key: id,
    ...(typeof SyncToken === 'string' ? { revision: SyncToken } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** Totals are computed by QuickBooks: where another one was meant, somebody has to know. */
function warningsOf(record: object | undefined, { TotalAmt }: Row): readonly string[] {
  const { grossAmount, totalAmount = grossAmount } = (record ?? {}) as {
    readonly grossAmount?: string | null;
    readonly totalAmount?: string | null;
  };
  if (typeof totalAmount !== 'string' || TotalAmt === undefined) return [];
  if (Decimal.from(String(TotalAmt)).equals(totalAmount)) return [];
  return ['QuickBooks computed another total than the record has. Compare lines and taxes.'];
}

export const isStale = (error: unknown): boolean =>
  ConnectorError.isInstance(error) && error.vendorCode === '5010';

export function missing({ entity }: QuickbooksTarget, key: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: `QuickBooks has no ${entity.name} ${/^\d{1,20}$/.test(key) ? key : 'of this key'}. It may have been deleted.`,
    system: 'quickbooks',
    entity: entity.name,
    key,
  });
}
