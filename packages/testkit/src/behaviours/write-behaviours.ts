import { isDeepStrictEqual } from 'node:util';
import type { ErpRecord, IErpConnector, WriteChange, WriteResult } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { ensureWritten } from '../compare-records.ts';
import { ensure } from '../conformance-failure.ts';
import { ensureConnectorError, show } from '../expect-error.ts';
import { isMarkedDeleted } from '../is-marked-deleted.ts';
import { listKeys } from '../reading.ts';
import { all, canCreate, canDelete, canGet, canList, canUpdate } from './applicability.ts';

/** Writes and checks that the results answer the changes one to one. */
export async function write(
  connector: IErpConnector,
  entity: string,
  changes: readonly WriteChange[],
  options?: { readonly dryRun?: boolean },
): Promise<readonly WriteResult[]> {
  ensure(connector.write, 'The connector has no method "write"');
  const results = await connector.write(entity, changes, options);
  ensure(
    results.length === changes.length,
    `${changes.length} changes were written, ${results.length} results came`,
  );
  for (const result of results) {
    if (result.status === 'failed' || result.status === 'unknown')
      ensureConnectorError(result.error);
    else if (!options?.dryRun) ensure(result.key !== '', `A result "${result.status}" has no key`);
  }
  return results;
}

const statuses = (results: readonly WriteResult[]): string =>
  results
    .map((result) =>
      'error' in result ? `${result.status} (${result.error.message})` : result.status,
    )
    .join(', ');

/** Creates a record and answers its native key. */
async function create(
  connector: IErpConnector,
  entity: string,
  record: ErpRecord,
): Promise<string> {
  const results = await write(connector, entity, [{ op: 'upsert', record }]);
  const [result] = results;
  ensure(result?.status === 'created', `Expected "created", got ${statuses(results)}`);
  return result.key;
}

const canWrite = all(canCreate, canGet);

export const writeBehaviours: readonly Behaviour[] = [
  {
    id: 'write/create',
    group: 'write',
    name: 'creates a record that reads back as it was written',
    perEntity: true,
    appliesTo: canWrite,
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const record = writeHarness.record(1);
      const key = await create(connector, entity, record);
      ensureWritten(await connector.get(entity, key), record, writeHarness.assigned);
    },
  },
  {
    id: 'write/decimals',
    group: 'write',
    name: 'keeps decimals exact to the last digit',
    perEntity: true,
    appliesTo: canWrite,
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      for (const record of writeHarness.decimals ?? [writeHarness.record(1)]) {
        const key = await create(connector, entity, record);
        ensureWritten(await connector.get(entity, key), record, writeHarness.assigned);
      }
    },
  },
  {
    id: 'write/update',
    group: 'write',
    name: 'updates a record and leaves the others alone',
    perEntity: true,
    appliesTo: all(canWrite, canUpdate),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const neighbour = writeHarness.record(2);
      const key = await create(connector, entity, writeHarness.record(1));
      const neighbourKey = await create(connector, entity, neighbour);
      const wanted = writeHarness.changed((await connector.get(entity, key))!);
      const results = await write(connector, entity, [{ op: 'upsert', key, record: wanted }]);
      ensure(results[0]?.status === 'updated', `Expected "updated", got ${statuses(results)}`);
      ensure(results[0].key === key, `The key ${key} became ${results[0].key}`);
      ensureWritten(await connector.get(entity, key), wanted, writeHarness.assigned);
      ensureWritten(await connector.get(entity, neighbourKey), neighbour, writeHarness.assigned);
    },
  },
  {
    id: 'write/patch',
    group: 'write',
    name: 'changes only the fields that an update brings',
    perEntity: true,
    appliesTo: all(canWrite, canUpdate),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const key = await create(connector, entity, writeHarness.record(1));
      const before = (await connector.get(entity, key))!;
      const wanted = writeHarness.changed(before);
      const record = Object.fromEntries(
        Object.entries(wanted).filter(
          ([name, value]) => !isDeepStrictEqual(value, before[name as keyof ErpRecord]),
        ),
      );
      const results = await write(connector, entity, [{ op: 'upsert', key, record }]);
      ensure(results[0]?.status === 'updated', `Expected "updated", got ${statuses(results)}`);
      ensureWritten(await connector.get(entity, key), wanted, writeHarness.assigned);
    },
  },
  {
    id: 'write/unchanged',
    group: 'write',
    name: 'says "unchanged" when the target is as wanted, and writes nothing',
    perEntity: true,
    appliesTo: all(canWrite, canUpdate),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const key = await create(connector, entity, writeHarness.record(1));
      const record = (await connector.get(entity, key))!;
      const results = await write(connector, entity, [{ op: 'upsert', key, record }]);
      ensure(results[0]?.status === 'unchanged', `Expected "unchanged", got ${statuses(results)}`);
      const after = await connector.get(entity, key);
      ensure(after?.source?.revision === record.source?.revision, 'The record has a new revision');
    },
  },
  {
    id: 'write/update-missing',
    group: 'write',
    name: 'fails the update of a record that is not there',
    perEntity: true,
    appliesTo: all(canWrite, canUpdate),
    async run({ stage, entity, entityHarness, writeHarness }) {
      const { connector } = await stage();
      const record = writeHarness.record(1);
      const [result] = await write(connector, entity, [
        { op: 'upsert', key: entityHarness.missingKey, record },
      ]);
      ensure(result?.status === 'failed', `Expected "failed", got "${result?.status}"`);
      ensureConnectorError(result.error, { category: ['not-found', 'validation'] });
    },
  },
  {
    id: 'write/revision',
    group: 'write',
    name: 'refuses an update over a newer revision as conflict',
    perEntity: true,
    appliesTo: all(canWrite, canUpdate),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const key = await create(connector, entity, writeHarness.record(1));
      const record = (await connector.get(entity, key))!;
      // Without revisions there is nothing to compare.
      if (record.source?.revision === undefined) return;
      const [result] = await write(connector, entity, [
        { op: 'upsert', key, record: writeHarness.changed(record), expectedRevision: 'another' },
      ]);
      ensure(result?.status === 'failed', `Expected "failed", got "${result?.status}"`);
      ensureConnectorError(result.error, { category: ['conflict'] });
      ensureWritten(await connector.get(entity, key), record, writeHarness.assigned);
    },
  },
  {
    id: 'write/partial-failure',
    group: 'write',
    name: 'writes the good records of a batch and fails the bad one, in order',
    perEntity: true,
    appliesTo: canWrite,
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const records = [
        writeHarness.invalidRecord(1),
        writeHarness.record(2),
        writeHarness.record(3),
      ];
      const results = await write(
        connector,
        entity,
        records.map((record) => ({ op: 'upsert', record })),
      );
      const [bad, ...good] = results;
      ensure(
        bad?.status === 'failed',
        `Expected failed, created, created, got ${statuses(results)}`,
      );
      ensureConnectorError(bad.error, {
        category: ['validation', 'mapping', 'conflict', 'not-found'],
      });
      for (const [index, result] of good.entries()) {
        ensure(
          result.status === 'created',
          `Expected failed, created, created, got ${statuses(results)}`,
        );
        ensureWritten(
          await connector.get(entity, result.key),
          records[index + 1]!,
          writeHarness.assigned,
        );
      }
    },
  },
  {
    id: 'write/large-batch',
    group: 'write',
    name: 'takes more changes than the vendor takes at once',
    appliesTo: all(canWrite, canList),
    async run({ stage, entity, capabilities, writeHarness }) {
      const { connector } = await stage({ records: 1 });
      const count = Math.min(capabilities.maxBatchSize + 1, 120);
      const changes = Array.from({ length: count }, (_, n) => ({
        op: 'upsert' as const,
        record: writeHarness.record(n + 1),
      }));
      const results = await write(connector, entity, changes);
      const keys = results.map((result) => (result.status === 'created' ? result.key : undefined));
      ensure(
        keys.every((key) => key !== undefined),
        `Not all were created: ${show(statuses(results))}`,
      );
      ensure(
        new Set(keys).size === count,
        `${count} records were created with ${new Set(keys).size} keys`,
      );
      for (const index of [0, count - 1]) {
        ensureWritten(
          await connector.get(entity, keys[index]!),
          changes[index]!.record,
          writeHarness.assigned,
        );
      }
    },
  },
  {
    id: 'write/nothing',
    group: 'write',
    name: 'answers no results to no changes, without a request',
    appliesTo: canCreate,
    async run({ stage, entity }) {
      const { connector, sandbox } = await stage();
      await write(connector, entity, []);
      ensure(sandbox.journal.count() === 0, 'A request was sent');
    },
  },
  {
    id: 'write/dry-run',
    group: 'write',
    name: 'stores nothing in a dry run',
    perEntity: true,
    appliesTo: all(canCreate, canList),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const before = await listKeys(connector, entity);
      await write(connector, entity, [{ op: 'upsert', record: writeHarness.record(1) }], {
        dryRun: true,
      });
      ensure(
        (await listKeys(connector, entity)).length === before.length,
        'The dry run stored a record',
      );
    },
  },
  {
    id: 'write/delete',
    group: 'write',
    name: 'deletes a record',
    perEntity: true,
    appliesTo: all(canDelete, canGet, canList),
    async run({ stage, entity }) {
      const { connector } = await stage();
      const [key, ...others] = await listKeys(connector, entity);
      ensure(key, 'There is no record to delete');
      const results = await write(connector, entity, [{ op: 'delete', key }]);
      ensure(results[0]?.status === 'deleted', `Expected "deleted", got ${statuses(results)}`);
      const left = await connector.get(entity, key);
      ensure(
        left === undefined || isMarkedDeleted(left),
        'The record can still be read, and has no mark of its deletion',
      );
      const rest = (await listKeys(connector, entity)).filter((found) => found !== key);
      ensure(rest.join() === others.join(), 'Other records are gone too');
    },
  },
  {
    id: 'write/not-announced',
    group: 'write',
    name: 'refuses operations that it does not announce, without a request',
    perEntity: true,
    appliesTo: ({ connector, capabilities: { create, update, delete: del } }) =>
      connector.write === undefined
        ? 'has no method "write"'
        : create && update && del
          ? 'declares create, update and delete'
          : true,
    async run({ stage, entity, entityHarness, capabilities }) {
      const { connector, sandbox } = await stage();
      const key = entityHarness.missingKey;
      const record = entityHarness.write?.record(1) ?? {};
      const refused: WriteChange[] = [];
      if (!capabilities.create) refused.push({ op: 'upsert', record });
      if (!capabilities.update) refused.push({ op: 'upsert', key, record });
      if (!capabilities.delete) refused.push({ op: 'delete', key });
      for (const change of refused) {
        const outcome = await write(connector, entity, [change]).then(
          ([result]) => (result?.status === 'failed' ? result.error : result),
          (error: unknown) => error,
        );
        ensureConnectorError(outcome, { category: ['unsupported'] });
      }
      ensure(sandbox.journal.count() === 0, 'A request was sent');
    },
  },
];
