import type { IErpConnector } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { ensureWritten } from '../compare-records.ts';
import { ensure } from '../conformance-failure.ts';
import { show } from '../expect-error.ts';
import { keyOf, listKeys } from '../reading.ts';
import type { BehaviourContext } from '../stage/stage.ts';
import { all, canCreate, canGet, canList, isIdempotentBy } from './applicability.ts';
import { write } from './write-behaviours.ts';

// Short: reference fields of old systems hold 12 characters.
const idempotencyKey = 'CK20260001';

const isRepeatable = all(canCreate, canList, canGet);

async function ensureOneMore(
  connector: IErpConnector,
  entity: string,
  before: readonly string[],
): Promise<string> {
  const added = (await listKeys(connector, entity)).filter((key) => !before.includes(key));
  ensure(added.length === 1, `One record was written, the vendor has ${added.length} new ones`);
  return added[0]!;
}

/** Reads the record of the idempotency key back by its reference; it must be exactly one. */
async function ensureFound(
  context: BehaviourContext,
  connector: IErpConnector,
  key: string,
): Promise<void> {
  const { entity, capabilities, writeHarness } = context;
  const [field = ''] = capabilities.findBy ?? [];
  const reference = writeHarness.reference?.(idempotencyKey, writeHarness.record(1)) ?? {
    [field]: idempotencyKey,
  };
  const found = (await connector.find?.(entity, reference)) ?? [];
  ensure(
    found.length === 1 && keyOf(found[0]!) === key,
    `find(${show(reference)}) must answer the record ${key}, it answered [${found.map(keyOf).join(', ')}]`,
  );
}

export const idempotencyBehaviours: readonly Behaviour[] = [
  {
    id: 'idempotency/replay',
    group: 'idempotency',
    name: 'makes one record of the same idempotency key twice',
    perEntity: true,
    appliesTo: all(isRepeatable, isIdempotentBy('native')),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const before = await listKeys(connector, entity);
      const change = { op: 'upsert', record: writeHarness.record(1), idempotencyKey } as const;
      const [first] = await write(connector, entity, [change]);
      const [second] = await write(connector, entity, [change]);
      const key = await ensureOneMore(connector, entity, before);
      ensure(
        first?.key === key && second?.key === key,
        `The results name ${first?.key} and ${second?.key}, the record is ${key}`,
      );
    },
  },
  {
    id: 'idempotency/find',
    group: 'idempotency',
    name: 'finds a record by the idempotency key that it was written with',
    perEntity: true,
    appliesTo: all(isRepeatable, isIdempotentBy('external-reference')),
    async run(context) {
      const { stage, entity, writeHarness } = context;
      const { connector } = await stage();
      const [result] = await write(connector, entity, [
        { op: 'upsert', record: writeHarness.record(1), idempotencyKey },
      ]);
      ensure(result?.status === 'created', `Expected "created", got "${result?.status}"`);
      await ensureFound(context, connector, result.key);
    },
  },
  {
    id: 'idempotency/find-none',
    group: 'idempotency',
    name: 'finds nothing by a reference that nobody used',
    perEntity: true,
    appliesTo: ({ capabilities: { findBy = [] } }) => findBy.length > 0 || 'declares no findBy',
    async run({ stage, entity, capabilities }) {
      const { connector } = await stage();
      for (const field of capabilities.findBy ?? []) {
        const found = (await connector.find?.(entity, { [field]: idempotencyKey })) ?? [];
        ensure(found.length === 0, `find by ${field} answered ${found.length} records`);
      }
    },
  },
  {
    id: 'idempotency/lost-answer',
    group: 'idempotency',
    name: 'never writes twice when the answer to a write is lost',
    perEntity: true,
    appliesTo: isRepeatable,
    async run(context) {
      const { stage, entity, capabilities, writeHarness } = context;
      const { connector, another, failCreates } = await stage();
      const before = await listKeys(connector, entity);
      failCreates({ kind: 'reset-after' });
      const record = writeHarness.record(1);
      const [result] = await write(connector, entity, [{ op: 'upsert', record, idempotencyKey }]);
      const reader = await another();
      const key = await ensureOneMore(reader, entity, before);
      ensureWritten(await reader.get(entity, key), record, writeHarness.assigned);
      ensure(
        result?.status === 'created' ||
          result?.status === 'unchanged' ||
          result?.status === 'unknown',
        `The record was written, its result says "${result?.status}"`,
      );
      if (result.status !== 'unknown')
        ensure(result.key === key, `The result names ${result.key}, the record is ${key}`);
      if (capabilities.idempotency === 'external-reference')
        await ensureFound(context, reader, key);
    },
  },
  {
    id: 'idempotency/lost-answer-no-key',
    group: 'idempotency',
    name: 'says "unknown" when an answer is lost and nothing makes the write repeatable',
    perEntity: true,
    appliesTo: isRepeatable,
    async run({ stage, entity, writeHarness }) {
      const { connector, another, failCreates } = await stage();
      const before = await listKeys(connector, entity);
      failCreates({ kind: 'reset-after' });
      const [result] = await write(connector, entity, [
        { op: 'upsert', record: writeHarness.record(1) },
      ]);
      await ensureOneMore(await another(), entity, before);
      ensure(
        result?.status === 'unknown' || result?.status === 'created',
        `The record was written, its result says "${result?.status}"`,
      );
    },
  },
  {
    id: 'idempotency/throttled-write',
    group: 'idempotency',
    name: 'writes once when the vendor throttles the first try',
    perEntity: true,
    appliesTo: isRepeatable,
    async run({ stage, entity, writeHarness }) {
      const { connector, failCreates } = await stage();
      const before = await listKeys(connector, entity);
      failCreates({ kind: 'status', status: 429, retryAfter: 1 });
      const [result] = await write(connector, entity, [
        { op: 'upsert', record: writeHarness.record(1), idempotencyKey },
      ]);
      ensure(result?.status === 'created', `Expected "created", got "${result?.status}"`);
      await ensureOneMore(connector, entity, before);
    },
  },
];
