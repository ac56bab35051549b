import type { IErpConnector, JsonValue } from '@common/connector-core';
import { ensure } from './conformance-failure.ts';
import type { ConformanceHarness, OperationHarness } from './conformance-harness.ts';
import type { Stage } from './stage/stage.ts';

/** What to give to `call`. */
export async function inputOf(
  { input }: OperationHarness,
  stage: Stage,
): Promise<JsonValue | undefined> {
  return typeof input === 'function' ? input(stage.sandbox) : input;
}

/**
 * The operations of a connector, with what the harness says of them.
 *
 * @throws ConformanceFailure when it says nothing of one
 */
export const announcedOperations = (
  { capabilities }: IErpConnector,
  harness: ConformanceHarness,
): readonly { readonly name: string; readonly operation: OperationHarness }[] =>
  (capabilities.operations ?? []).map((name) => {
    const operation = harness.operations?.[name];
    ensure(
      operation,
      `The connector announces the operation "${name}", but the harness does not run it. Give \`operations: { ${name}: { input, calls } }\` (see OperationHarness).`,
    );
    return { name, operation };
  });
