import { ConnectorError } from '@common/connector-core';
import type { Dialect } from '../client/dialect.ts';
import { isRead } from '../client/operation.ts';
import { type PreparedRequest, prepareRequest } from '../client/prepare-request.ts';
import type { BatchEntry, BatchOperation } from './batch-outcome.ts';

/** An operation with the request that stands for it. */
export interface PlannedOperation {
  readonly id: string;
  readonly operation: BatchOperation;
  readonly request: PreparedRequest;
  /** As it is addressed inside the batch. */
  readonly url: string;
}

/** A read, or a change set; a write of its own is a change set of one. */
export interface PlannedEntry {
  readonly kind: 'read' | 'change-set';
  readonly operations: readonly PlannedOperation[];
}

/**
 * Plans a batch.
 *
 * @throws ConnectorError `ERR_VALIDATION` for a read inside a change set or an id that is used twice
 */
export function planBatch(input: {
  readonly operations: readonly BatchEntry[];
  readonly dialect: Dialect;
  readonly pathPrefix: string;
}): PlannedEntry[] {
  const ids = new Set<string>();
  let position = 0;
  const plan = (operation: BatchOperation): PlannedOperation => {
    position += 1;
    const id = operation.id ?? String(position);
    if (ids.has(id) || !/^[\w-]{1,64}$/.test(id)) {
      throw invalid(`The id "${id}" of a batch operation is used twice or is no plain word.`);
    }
    ids.add(id);
    const request = prepareRequest(operation, input.dialect);
    const query = request.query === '' ? '' : `?${request.query}`;
    return { id, operation, request, url: `${input.pathPrefix}${request.path}${query}` };
  };
  return input.operations.map((entry): PlannedEntry => {
    if (!('changeSet' in entry)) {
      return { kind: isRead(entry) ? 'read' : 'change-set', operations: [plan(entry)] };
    }
    if (entry.changeSet.length === 0 || entry.changeSet.some(isRead)) {
      throw invalid('A change set needs at least one write and must not hold reads.');
    }
    return { kind: 'change-set', operations: entry.changeSet.map(plan) };
  });
}

function invalid(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_VALIDATION', category: 'validation', message });
}
