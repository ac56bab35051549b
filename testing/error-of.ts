import type { WriteResult } from '@common/connector-core';

/** The error of a result that failed. */
export function errorOf(result: WriteResult | undefined): Error & Record<string, unknown> {
  if (result !== undefined && 'error' in result) return result.error as never;
  throw new Error(`It did not fail: ${JSON.stringify(result)}`);
}
