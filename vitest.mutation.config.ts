import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

// Only the tests beside the mutated code: what breaks a line has to break one of them.
const config = mergeConfig(base, { test: { bail: 1 } });
config.test.include = [
  process.env.MUTATION_TESTS ?? 'packages/core/src/{auth,mapping,resilience}/**/*.test.ts',
];
config.test.exclude = ['**/oidc-provider.test.ts'];

export default config;
