import { inspect } from 'node:util';
import { ConnectorError } from '@common/connector-core';
import { ConformanceFailure, ensure } from './conformance-failure.ts';

/** Which error has to come. */
export interface ErrorExpectation {
  readonly code?: string;
  /** Any of these. */
  readonly category?: readonly string[];
}

/** Says what a value is, short enough for a message. */
export const show = (value: unknown): string => inspect(value, { depth: 3 }).slice(0, 300);

/** Checks that something is a `ConnectorError` of the expected kind. */
export function ensureConnectorError(
  error: unknown,
  expectation: ErrorExpectation = {},
): ConnectorError {
  if (!ConnectorError.isInstance(error)) {
    throw new ConformanceFailure(`Expected a ConnectorError, got ${show(error)}`);
  }
  ensure(/^ERR_[A-Z0-9_]+$/.test(error.code), `"${error.code}" is no error code`);
  const { code, category } = expectation;
  ensure(
    code === undefined || error.code === code,
    `Expected the code ${code}, got ${error.code}: ${error.message}`,
  );
  ensure(
    category === undefined || category.includes(error.category),
    `Expected the category ${category?.join(' or ')}, got ${error.category} (${error.code}: ${error.message})`,
  );
  return error;
}

/** Runs something that must fail with a `ConnectorError`. */
export async function expectConnectorError(
  work: () => Promise<unknown>,
  expectation: ErrorExpectation = {},
): Promise<ConnectorError> {
  let value: unknown;
  try {
    value = await work();
  } catch (error) {
    return ensureConnectorError(error, expectation);
  }
  const wanted = expectation.code ?? expectation.category?.join(' or ') ?? 'a ConnectorError';
  throw new ConformanceFailure(`Expected ${wanted}, but the call succeeded with ${show(value)}`);
}
