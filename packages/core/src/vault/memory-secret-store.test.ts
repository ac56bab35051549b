import { describe, expect, it } from 'vitest';
import { memorySecretStore } from './memory-secret-store.ts';
import { secretStoreConformance } from './secret-store-conformance.ts';

describe('the secret store in memory', () => {
  secretStoreConformance({ describe, it, expect, create: async () => memorySecretStore() });
});
