import type { Mapping } from './mapping.ts';

/** Canonical in, canonical out. */
export const identityMapping: Mapping = { clears: true, map: (record) => ({ record }) };
