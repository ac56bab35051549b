import type { Logger } from '@common/connector-core';

/** A logger that remembers its warnings. */
export function recordingLogger(): Logger & { readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  return {
    warnings,
    debug() {},
    info() {},
    warn: (message) => void warnings.push(message),
    error() {},
  };
}
