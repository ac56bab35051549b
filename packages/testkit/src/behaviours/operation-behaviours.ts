import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { NativeHarness } from '../conformance-harness.ts';
import { ensureConnectorError, expectConnectorError } from '../expect-error.ts';
import { announcedOperations, inputOf } from '../operations.ts';
import type { BehaviourContext, Stage } from '../stage/stage.ts';
import { announces } from './applicability.ts';

const hasOperations = announces('operations');
const hasNative = announces('native');

const announcedOf = ({ harness }: BehaviourContext, { connector }: Stage) =>
  announcedOperations(connector, harness);

function nativeOf({ harness }: BehaviourContext): NativeHarness {
  ensure(
    harness.native,
    'The connector announces native, but the harness does not use it. Give `native: { use, calls }` (see NativeHarness).',
  );
  return harness.native;
}

export const operationBehaviours: readonly Behaviour[] = [
  {
    id: 'operations/run',
    group: 'operations',
    name: 'runs every operation that it announces, and answers JSON',
    appliesTo: hasOperations,
    async run(context) {
      for (const { name } of announcedOf(context, await context.stage())) {
        const stage = await context.stage();
        const { operation } = announcedOf(context, stage).find((other) => other.name === name)!;
        const input = await inputOf(operation, stage);
        const before = stage.sandbox.journal.count(operation.calls);
        const answer = await stage.connector.call?.(name, input);
        ensure(answer !== undefined, `call("${name}") answered undefined, which is no JSON`);
        ensure(
          JSON.stringify(JSON.parse(JSON.stringify(answer))) === JSON.stringify(answer),
          `The answer of call("${name}") does not survive JSON`,
        );
        ensure(
          stage.sandbox.journal.count(operation.calls) > before,
          `call("${name}") made no call that \`calls\` of the harness fits`,
        );
        operation.check?.(answer);
      }
    },
  },
  {
    id: 'operations/unknown',
    group: 'operations',
    name: 'refuses an operation that it does not announce, and names those that it has',
    appliesTo: hasOperations,
    async run({ stage }) {
      const { connector, sandbox } = await stage();
      const error = await expectConnectorError(async () => connector.call?.('noSuchOperation'), {
        category: ['unsupported'],
      });
      for (const name of connector.capabilities.operations ?? []) {
        ensure(
          error.message.includes(name),
          `The error does not name the operation "${name}": ${error.message}`,
        );
      }
      ensure(sandbox.journal.count() === 0, 'A request was sent');
    },
  },
  {
    id: 'operations/abort',
    group: 'operations',
    name: 'runs no operation that was aborted before',
    appliesTo: hasOperations,
    async run(context) {
      const stage = await context.stage();
      const { connector, sandbox } = stage;
      for (const { name, operation } of announcedOf(context, stage)) {
        const input = await inputOf(operation, stage);
        const before = sandbox.journal.count();
        await expectConnectorError(
          async () => connector.call?.(name, input, { signal: AbortSignal.abort() }),
          { code: 'ERR_ABORTED' },
        );
        ensure(sandbox.journal.count() === before, `call("${name}") sent a request`);
      }
    },
  },
  {
    id: 'native/works',
    group: 'native',
    name: "hands out the vendor's own client, signed in",
    appliesTo: hasNative,
    async run(context) {
      const { use, calls } = nativeOf(context);
      const { connector, sandbox } = await context.stage();
      await use(await connector.native?.());
      ensure(
        sandbox.journal.count(calls) > 0,
        'The client made no call that `calls` of the harness fits',
      );
    },
  },
  {
    id: 'native/refused',
    group: 'native',
    name: "ends when the vendor refuses the client's credentials for ever",
    appliesTo: hasNative,
    async run(context) {
      const { use, calls } = nativeOf(context);
      const { connector, sandbox, fail } = await context.stage();
      const client = await connector.native?.();
      fail({ kind: 'status', status: 401, times: 30, match: calls });
      const error = await Promise.resolve(use(client)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      ensure(
        error !== undefined,
        'The vendor refused every call, and the client saw nothing of it',
      );
      const count = sandbox.journal.count(calls);
      ensure(count <= 4, `The vendor refused, and the client asked ${count} times`);
    },
  },
  {
    id: 'native/throttled',
    group: 'native',
    name: 'waits as long as the vendor asks for, in the client too',
    appliesTo: hasNative,
    async run(context) {
      const { use, calls } = nativeOf(context);
      const { connector, clock, fail } = await context.stage();
      const client = await connector.native?.();
      fail({ kind: 'status', status: 429, retryAfter: 4, match: calls });
      await use(client);
      const waited = Math.max(0, ...clock.waits);
      ensure(waited >= 4_000, `Retry-After was 4 s, the client waited ${waited} ms`);
    },
  },
  {
    id: 'health/failures',
    group: 'health',
    name: 'tells of its health that the vendor fails',
    appliesTo: ({ connector, capabilities }) =>
      connector.health ? capabilities.list || 'declares list: false' : 'has no method "health"',
    async run({ stage, entity }) {
      const { connector, failReads } = await stage();
      failReads({ kind: 'status', status: 500, times: 200 });
      for (let reads = 0; reads < 5; reads += 1) {
        for await (const _page of failing(connector.list(entity))) break;
      }
      const health = connector.health?.();
      ensure(health, 'health answered nothing');
      ensure(
        health.status !== 'healthy' && health.errorRate > 0 && health.errorRate <= 1,
        `Every call failed, and the health is "${health.status}" with an error rate of ${health.errorRate}`,
      );
      ensure(health.requests > 0, `Five reads failed, health counts ${health.requests} requests`);
    },
  },
];

/** Reads until it fails. */
async function* failing<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (error) {
    ensureConnectorError(error);
  }
}
