import { defineConfig } from 'vitest/config';

// Those of Node: with `module`, builds for bundlers would be loaded, which Node cannot. `import` and `require`
// are added by who asks: named here, `require` would get modules too.
const conditions = ['@common/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    globalSetup: './vitest.global-setup.ts',
    setupFiles: './testing/property-seed.ts',
    typecheck: { enabled: false },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores in CI: one worker each.
    maxWorkers: 2,
  },
});
