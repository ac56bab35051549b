import { type CallOptions, ConnectorError, type WriteResult } from '@common/connector-core';
import { keyOf, type QuickbooksTarget } from '../decode-rows.ts';
import type { Row } from '../quickbooks-entity.ts';
import { literal, statementOf } from '../quickbooks-query.ts';
import { isAlready, type WritePlan } from './plan-write.ts';

/** The name or number is taken (6240, 6140), or the request id was used (600). */
const isTaken = (error: unknown): error is ConnectorError =>
  ConnectorError.isInstance(error) && ['600', '6140', '6240'].includes(error.vendorCode ?? '');

/** A new record is not looked for, so what is not found (610) is something that it refers to. */
const isInactive = (error: unknown): error is ConnectorError =>
  ConnectorError.isInstance(error) && error.vendorCode === '610';

function inactiveReference({ vendorCode, httpStatus, requestId }: ConnectorError): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message:
      'A record that this one refers to is inactive: a customer, supplier, product or account; QuickBooks does not say which. Make it active, or refer to another one.',
    ...{ system: 'quickbooks', vendorCode, httpStatus, requestId },
  });
}

/**
 * Looks who has the name or number of a record that QuickBooks would not create: when it is that record
 * itself, it was created before, and its answer was lost.
 *
 * @throws ConnectorError the error, with the key of the other record where there is one
 */
export async function recoverCreate(
  target: QuickbooksTarget,
  { plan, error }: { readonly plan: WritePlan; readonly error: unknown },
  call: CallOptions,
): Promise<WriteResult> {
  if (isInactive(error)) throw inactiveReference(error);
  if (!isTaken(error)) throw error;
  const found = await rowsOfSame(target, plan, call);
  for (const row of found) {
    if (!(await isAlready(target, row, plan.body, call))) continue;
    const { SyncToken } = row;
    return {
      status: 'unchanged',
      key: keyOf(row),
      ...(typeof SyncToken === 'string' ? { revision: SyncToken } : {}),
    };
  }
  const [other, ...more] = found;
  // Of the same entity: the caller can go on with its key.
  throw other !== undefined && more.length === 0 && error.vendorCode !== '600'
    ? error.with({ key: keyOf(other) })
    : error;
}

async function rowsOfSame(
  { entity, session }: QuickbooksTarget,
  { body }: WritePlan,
  call: CallOptions,
): Promise<readonly Row[]> {
  const { natural, resource, kind } = entity;
  const value = natural && body[natural.property];
  if (natural === undefined || typeof value !== 'string') return [];
  const where = [
    `${natural.property} = ${literal(value)}`,
    ...(kind === 'list' ? ['Active IN (true, false)'] : []),
  ];
  const statement = statementOf({ resource, where, maxResults: 100 });
  return (await session.query({ resource, statement }, call)).rows;
}
