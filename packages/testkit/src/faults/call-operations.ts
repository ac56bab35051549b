import type { ConnectorError, JsonValue } from '@common/connector-core';
import type { BehaviourSubject } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import { ensureConnectorError } from '../expect-error.ts';
import { announcedOperations, inputOf } from '../operations.ts';
import type { MatrixOperation } from './fault-case.ts';

/**
 * The operations of `call`, each of them: no two have their code in common. What a repetition does, the
 * harness says.
 */
export function callOperations({
  connector,
  harness,
  entity,
}: BehaviourSubject): readonly MatrixOperation[] {
  return announcedOperations(connector, harness).map(({ name, operation }) => {
    const { calls, isRepeatable = calls.method === 'GET' } = operation;
    return {
      name: `call ${name}`,
      entity,
      repetition: isRepeatable ? 'read' : 'single',
      target: 'calls',
      calls: [calls],
      async prepare(stage) {
        const input = await inputOf(operation, stage);
        let answer: JsonValue | undefined;
        return {
          async run() {
            try {
              answer = await stage.connector.call?.(name, input);
              return { kind: 'done' };
            } catch (thrown) {
              const error: ConnectorError = ensureConnectorError(thrown);
              const isUnknown = error.outcomeUnknown && !isRepeatable;
              return { kind: isUnknown ? 'unknown' : 'refused', error };
            }
          },
          async verify({ kind }, executed) {
            if (kind === 'done') {
              ensure(answer !== undefined, 'It answered undefined, which is no JSON');
              operation.check?.(answer);
              ensure(executed > 0, 'It ended well, and the vendor never ran it');
            }
            if (isRepeatable) return;
            ensure(executed <= 1, `The vendor ran it ${executed} times`);
            ensure(
              kind !== 'refused' || executed === 0,
              'The error says that nothing was done (outcomeUnknown: false), the vendor has run it',
            );
          },
        };
      },
    };
  });
}
