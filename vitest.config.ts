import { defineConfig } from 'vitest/config';

// Those of Node: with `module`, builds for bundlers would be loaded, which Node cannot.
const conditions = ['@common/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    typecheck: { enabled: false },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores in CI: one worker each.
    maxWorkers: 2,
  },
});
