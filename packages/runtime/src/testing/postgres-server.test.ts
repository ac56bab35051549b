import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPostgres } from './postgres-server.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a machine without PostgreSQL', () => {
  it('runs the tests that need none', () => {
    vi.stubEnv('POSTGRES_BIN', 'none');
    vi.stubEnv('REQUIRE_POSTGRES', '');
    expect(findPostgres()).toBeUndefined();
  });

  it('fails where CI says that it must be there', () => {
    vi.stubEnv('POSTGRES_BIN', 'none');
    vi.stubEnv('REQUIRE_POSTGRES', '1');
    expect(findPostgres).toThrow('REQUIRE_POSTGRES is set and there is no PostgreSQL');
  });
});
