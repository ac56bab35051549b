import type { ConnectorError } from '@common/connector-core';
import type { OperationResult } from '../client/interpret-response.ts';
import type { ODataOperation } from '../client/operation.ts';

/** An operation of a batch. */
export type BatchOperation = ODataOperation & {
  /**
   * Content-ID (multipart) or id (JSON); letters and digits.
   * @default its position, from 1
   */
  readonly id?: string | undefined;
};

/** An operation of its own, or several that happen together or not at all. */
export type BatchEntry = BatchOperation | { readonly changeSet: readonly BatchOperation[] };

/**
 * What became of one operation.
 *
 * - `succeeded`
 * - `failed`: it certainly did not happen; `error` says why.
 * - `failed-dependency`: it did not happen because one it needs failed (424).
 * - `rolled-back`: another operation of its change set failed.
 * - `not-run`: the service stopped before it.
 * - `unknown`: no answer came; read it back before writing again.
 */
export type BatchOutcome =
  | { readonly status: 'succeeded'; readonly id: string; readonly result: OperationResult }
  | {
      readonly status: 'failed' | 'failed-dependency' | 'rolled-back' | 'not-run' | 'unknown';
      readonly id: string;
      readonly error: ConnectorError;
    };
