import { describe, expect, it } from 'vitest';
import { memoryTokenStore } from './memory-token-store.ts';
import { tokenStoreConformance } from './token-store-conformance.ts';

describe('the token store in memory', () => {
  tokenStoreConformance({ describe, it, expect, create: async () => memoryTokenStore() });
});
