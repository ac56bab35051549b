import { ConnectorError } from '@common/connector-core';

/** What a flow does about records that vanish. */
export interface DeletionOptions {
  /**
   * Whether what vanishes at the source is left at the target: for flows that only add to records which
   * another flow brings and deletes.
   * @default false
   */
  readonly ignore?: boolean | undefined;
  /**
   * Whether a run that reads everything deletes what is linked and was not shown any more. Each is
   * asked for by its key first, where the source can do that.
   * @default true for a flow with an identity map of its own, false where several flows share one
   */
  readonly detect?: boolean | undefined;
  /**
   * A run makes so many deletions without being asked; above it, `maxShare` decides.
   * @default 10
   */
  readonly maxCount?: number | undefined;
  /**
   * The share of all linked records that a run may delete, 0 to 1. What is above both is withheld
   * until `approveDeletes`; everything else of the run goes on.
   * @default 0.1
   */
  readonly maxShare?: number | undefined;
}

/** The same, decided. */
export interface DeletionLimits {
  readonly ignore: boolean;
  readonly detect: boolean;
  readonly maxCount: number;
  readonly maxShare: number;
}

/** @throws ConnectorError `ERR_CONFIGURATION` */
export function deletionLimits(
  { ignore = false, detect, maxCount = 10, maxShare = 0.1 }: DeletionOptions,
  isShared: boolean,
): DeletionLimits {
  if (!(Number.isInteger(maxCount) && maxCount >= 0)) {
    throw invalid('maxCount', 'a whole number from 0 on', maxCount);
  }
  if (!(maxShare >= 0 && maxShare <= 1)) {
    throw invalid('maxShare', 'a share between 0 and 1, for example 0.1', maxShare);
  }
  return { ignore, detect: !ignore && (detect ?? !isShared), maxCount, maxShare };
}

function invalid(name: string, wanted: string, value: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `deletes.${name} must be ${wanted}, not ${String(value)}.`,
    path: `deletes.${name}`,
  });
}
