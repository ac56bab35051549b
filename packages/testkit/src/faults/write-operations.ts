import type { ErpRecord, WriteChange, WriteResult } from '@common/connector-core';
import type { BehaviourSubject } from '../behaviour.ts';
import {
  all,
  canCreate,
  canDelete,
  canGet,
  canList,
  canUpdate,
} from '../behaviours/applicability.ts';
import { ensureWritten, isWritten } from '../compare-records.ts';
import { ensure } from '../conformance-failure.ts';
import type { WriteHarness } from '../conformance-harness.ts';
import type { CallMatch } from '../conformance-sandbox.ts';
import { ensureConnectorError } from '../expect-error.ts';
import { isMarkedDeleted } from '../is-marked-deleted.ts';
import { listKeys } from '../reading.ts';
import type { Stage } from '../stage/stage.ts';
import type { MatrixOperation, Outcome, Repetition } from './fault-case.ts';

// Short: reference fields of old systems hold 12 characters.
const idempotencyKey = (n: number): string => `CKF202600${n}`;

const anyWrite: readonly CallMatch[] = ['PATCH', 'PUT', 'MERGE', 'DELETE', 'POST'].map(
  (method) => ({ method }),
);

/** What one result says, in the words of the matrix. */
function outcomeOf(result: WriteResult): Outcome {
  if (result.status === 'failed') return { kind: 'refused', error: result.error };
  if (result.status === 'unknown') return { kind: 'unknown', error: result.error };
  return { kind: 'done' };
}

/** Writes; a batch is refused or unknown when one of its records is. */
async function write(
  { connector }: Stage,
  entity: string,
  changes: readonly WriteChange[],
): Promise<{ readonly outcome: Outcome; readonly results: readonly WriteResult[] }> {
  ensure(connector.write, 'The connector has no method "write"');
  const results = await connector.write(entity, changes);
  ensure(
    results.length === changes.length,
    `${changes.length} changes were written, ${results.length} results came`,
  );
  const outcomes = results.map(outcomeOf);
  for (const outcome of outcomes) {
    if (outcome.kind !== 'done') ensureConnectorError(outcome.error);
  }
  const worst =
    outcomes.find(({ kind }) => kind === 'unknown') ??
    outcomes.find(({ kind }) => kind === 'refused');
  return { outcome: worst ?? { kind: 'done' }, results };
}

interface Subject {
  readonly entity: string;
  readonly writeHarness: WriteHarness;
  readonly reads: CallMatch;
}

/** Creates records; the vendor must have as many more as the results say. */
function createOperation(
  { entity, writeHarness }: Subject,
  about: {
    readonly name: string;
    readonly repetition: Repetition;
    readonly size: number;
    readonly hasKey: boolean;
  },
): MatrixOperation {
  const { size, hasKey, ...rest } = about;
  return {
    ...rest,
    entity,
    size,
    target: 'creates',
    calls: [writeHarness.creates],
    async prepare(stage) {
      const before = await listKeys(stage.connector, entity);
      const records = Array.from({ length: size }, (_, n) => writeHarness.record(n + 1));
      const changes = records.map((record, n) => ({
        op: 'upsert' as const,
        record,
        ...(hasKey ? { idempotencyKey: idempotencyKey(n) } : {}),
      }));
      let results: readonly WriteResult[] = [];
      return {
        async run() {
          const written = await write(stage, entity, changes);
          results = written.results;
          return written.outcome;
        },
        async verify() {
          const reader = await stage.another();
          const added = (await listKeys(reader, entity)).filter((key) => !before.includes(key));
          const unknown = results.filter(({ status }) => status === 'unknown').length;
          const done = results.flatMap((result, n) =>
            outcomeOf(result).kind === 'done' ? [{ key: result.key ?? '', n }] : [],
          );
          const told = results.map(({ status }) => status).join(', ') || 'an error';
          ensure(
            added.length >= done.length && added.length <= done.length + unknown,
            `The vendor has ${added.length} new records, the results say ${told}`,
          );
          for (const { key, n } of done) {
            ensure(added.includes(key), `The key ${key} of a result is no new record's`);
            ensureWritten(await reader.get(entity, key), records[n]!, writeHarness.assigned);
          }
        },
      };
    },
  };
}

/** Updates a record; the vendor has the new values, or the old ones, as the result says. */
function updateOperation(
  { entity, writeHarness, reads }: Subject,
  hitsItsRead: boolean,
): MatrixOperation {
  return {
    name: hitsItsRead ? 'update, its read' : 'update',
    entity,
    repetition: 'single',
    target: hitsItsRead ? 'reads' : 'updates',
    calls: hitsItsRead ? [reads] : [writeHarness.updates, ...anyWrite],
    async prepare(stage) {
      const { connector } = stage;
      const [created] = (
        await write(stage, entity, [{ op: 'upsert', record: writeHarness.record(1) }])
      ).results;
      const key = created?.key ?? '';
      const before = (await connector.get(entity, key)) ?? {};
      const record = writeHarness.changed(before);
      let outcome: Outcome = { kind: 'unknown', error: undefined };
      return {
        async run() {
          outcome = (await write(stage, entity, [{ op: 'upsert', key, record }])).outcome;
          return outcome;
        },
        async verify(told) {
          const now = await (await stage.another()).get(entity, key);
          const [isNew, isOld] = [record, before].map((wanted: ErpRecord) =>
            isWritten(now, wanted, writeHarness.assigned),
          );
          ensure(isNew || isOld, 'The record is neither as it was nor as it was to be');
          ensure(told.kind !== 'done' || isNew, 'The result says "updated", the record is not');
          ensure(
            told.kind !== 'refused' || !isNew,
            'The result says "failed", the record is updated',
          );
        },
      };
    },
  };
}

function deleteOperation({ entity, writeHarness }: Subject): MatrixOperation {
  return {
    name: 'delete',
    entity,
    repetition: 'single',
    target: 'deletes',
    calls: [writeHarness.deletes, { method: 'DELETE' }, ...anyWrite],
    async prepare(stage) {
      const [key = '', ...others] = await listKeys(stage.connector, entity);
      return {
        run: async () => (await write(stage, entity, [{ op: 'delete', key }])).outcome,
        async verify({ kind }) {
          const reader = await stage.another();
          const left = await reader.get(entity, key);
          const isGone = left === undefined || isMarkedDeleted(left);
          ensure(kind !== 'done' || isGone, 'The result says "deleted", the record is still there');
          ensure(kind !== 'refused' || !isGone, 'The result says "failed", the record is gone');
          const kept = (await listKeys(reader, entity)).filter((other) => other !== key);
          ensure(kept.join() === others.join(), 'Other records are gone too');
        },
      };
    },
  };
}

/**
 * The writes of a connector: each on the first entity of each way of being repeatable, or on every
 * entity.
 */
export function writeOperations(
  subjects: readonly BehaviourSubject[],
  everyEntity: boolean,
): readonly MatrixOperation[] {
  const fitting = (
    condition: (subject: BehaviourSubject) => true | string,
    sameAs: (subject: BehaviourSubject) => string,
  ): readonly (Subject & BehaviourSubject)[] => {
    const seen = new Set<string>();
    return subjects.flatMap((subject) => {
      const { harness, entity } = subject;
      const { write: writeHarness, reads } = harness.entities[entity] ?? {};
      if (condition(subject) !== true || writeHarness === undefined || reads === undefined)
        return [];
      if (!everyEntity && seen.has(sameAs(subject))) return [];
      seen.add(sameAs(subject));
      return [{ ...subject, writeHarness, reads }];
    });
  };
  const creatable = fitting(
    all(canCreate, canGet, canList),
    ({ capabilities }) => capabilities.idempotency,
  );
  const updatable = fitting(all(canCreate, canUpdate, canGet, canList), () => '');
  const deletable = fitting(all(canDelete, canGet, canList), () => '');
  return [
    ...creatable.flatMap((subject) => {
      const isNative = subject.capabilities.idempotency === 'native';
      const create = (name: string, hasKey: boolean, size = 1): MatrixOperation =>
        createOperation(subject, {
          name,
          repetition: isNative && hasKey ? 'repeatable' : 'single',
          size,
          hasKey,
        });
      return [
        create('create with a key', true),
        create('create without a key', false),
        create('create three with keys', true, 3),
      ];
    }),
    ...updatable.flatMap((subject) => [
      updateOperation(subject, false),
      updateOperation(subject, true),
    ]),
    ...deletable.map(deleteOperation),
  ];
}
