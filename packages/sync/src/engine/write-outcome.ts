import type { ConnectorError } from '@common/connector-core';
import type { PlannedWrite } from './planned-write.ts';

/** How a planned write ended. */
export type WriteOutcome =
  | {
      readonly write: PlannedWrite;
      readonly status: 'created' | 'updated' | 'unchanged' | 'deleted';
      /** Native key at the target. */
      readonly targetKey: string;
    }
  | { readonly write: PlannedWrite; readonly status: 'failed'; readonly error: ConnectorError }
  /** It may have happened and the target has no way to tell. */
  | { readonly write: PlannedWrite; readonly status: 'unknown'; readonly error: ConnectorError };
