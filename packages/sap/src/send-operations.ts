import type { CallOptions } from '@common/connector-core';
import type { BatchOperation, ODataClient, ServiceMessage } from '@common/connector-odata';

/**
 * Sends what changes one document: one operation goes alone, several go as one change set, all of them or
 * none.
 *
 * @returns messages that did not prevent it
 */
export async function sendOperations(
  client: ODataClient,
  operations: readonly BatchOperation[],
  call: CallOptions,
): Promise<readonly ServiceMessage[]> {
  const [only, ...others] = operations;
  if (only !== undefined && others.length === 0) {
    if (only.op === 'update') return (await client.update({ ...only, ...call })).messages;
    if (only.op === 'create') return (await client.create({ ...only, ...call })).messages;
    if (only.op === 'delete') return (await client.delete({ ...only, ...call })).messages;
  }
  const outcomes = await client.batch({ operations: [{ changeSet: operations }], ...call });
  // The culprit explains more than those that were rolled back with it.
  const bad =
    outcomes.find(({ status }) => status === 'failed') ??
    outcomes.find(({ status }) => status === 'unknown') ??
    outcomes.find(({ status }) => status !== 'succeeded');
  if (bad && bad.status !== 'succeeded') throw bad.error;
  return outcomes.flatMap((done) => (done.status === 'succeeded' ? done.result.messages : []));
}

/**
 * Guards the operations of one document by its ETag: the first one checks it, and with it the whole change
 * set. It moves with the first change, so the others say `*`; creates take none and come last.
 */
export function guardedBy(
  etag: string | undefined,
  operations: readonly BatchOperation[],
): readonly BatchOperation[] {
  if (etag === undefined) return operations;
  const changes = operations.filter((operation) => operation.op !== 'create');
  return [
    ...changes.map((operation, index) => ({ ...operation, ifMatch: index === 0 ? etag : '*' })),
    ...operations.filter(({ op }) => op === 'create'),
  ];
}
