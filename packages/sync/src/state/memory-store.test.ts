import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { stateStoreConformance } from './state-store-conformance.ts';

describe('the memory store', () => {
  stateStoreConformance({ describe, it, expect, create: async () => memoryStore() });
});
