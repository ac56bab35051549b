import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import {
  changeKeyOf,
  changePages,
  changesOf,
  ensureCheckpoint,
  ensureSameKeys,
  listRecords,
} from '../reading.ts';
import { type BehaviourContext, manyRecords } from '../stage/stage.ts';
import {
  all,
  canCreate,
  canDelete,
  canList,
  canUpdate,
  findsChanges,
  findsChangesBy,
  showsDeletes,
} from './applicability.ts';

/** Reads all changes, then again from behind every page: together they must always be everything. */
async function resumeEverywhere(context: BehaviourContext, simultaneous: boolean): Promise<void> {
  const { entity } = context;
  const { connector, another } = await context.stage({ simultaneous });
  const pages = await changePages(connector, entity);
  const keys = changesOf(pages).map(changeKeyOf);
  ensure(
    new Set(keys).size === manyRecords,
    `There are ${manyRecords} records, the changes brought ${new Set(keys).size}`,
  );
  ensure(
    pages.length > 1,
    `All ${manyRecords} changes came in one page; the harness must make pages of 3`,
  );
  for (const [index, page] of pages.entries()) {
    const since = ensureCheckpoint(page.checkpoint);
    const rest = changesOf(await changePages(await another(), entity, since)).map(changeKeyOf);
    const before = changesOf(pages.slice(0, index + 1)).map(changeKeyOf);
    ensureSameKeys(
      [...before, ...rest],
      keys,
      `Resumed behind page ${index + 1} of ${pages.length}`,
    );
  }
}

export const changeBehaviours: readonly Behaviour[] = [
  {
    id: 'changes/resume',
    group: 'changes',
    name: 'misses nothing, from whichever checkpoint it resumes',
    perEntity: true,
    appliesTo: findsChanges,
    run: (context) => resumeEverywhere(context, false),
  },
  {
    id: 'changes/ties',
    group: 'changes',
    name: 'misses nothing when many records changed at the same time',
    perEntity: true,
    appliesTo: findsChangesBy('timestamp'),
    run: (context) => resumeEverywhere(context, true),
  },
  {
    id: 'changes/none',
    group: 'changes',
    name: 'reads an entity without changes',
    perEntity: true,
    appliesTo: findsChanges,
    async run({ stage, entity, entityHarness }) {
      const pages = await changePages((await stage({ records: 0 })).connector, entity);
      const count = changesOf(pages).length;
      ensure(count <= (entityHarness.fewestRecords ?? 0), `Expected no changes, got ${count}`);
    },
  },
  {
    id: 'changes/far-future',
    group: 'changes',
    name: 'answers nothing, and no error, from a checkpoint in the far future',
    perEntity: true,
    appliesTo: findsChangesBy('timestamp'),
    async run({ stage, entity, entityHarness }) {
      const { futureCheckpoint } = entityHarness;
      ensure(futureCheckpoint, `The harness gives no futureCheckpoint for "${entity}"`);
      const pages = await changePages((await stage()).connector, entity, futureCheckpoint);
      const count = changesOf(pages).length;
      ensure(count === 0, `Expected nothing, got ${count} changes`);
    },
  },
  {
    id: 'changes/incremental',
    group: 'changes',
    name: 'brings a record that changed after the last checkpoint',
    perEntity: true,
    appliesTo: all(findsChangesBy('timestamp', 'delta-token'), canUpdate, canCreate, canList),
    async run({ stage, entity, writeHarness }) {
      const { connector } = await stage();
      const pages = await changePages(connector, entity);
      const since = pages.at(-1)?.checkpoint;
      const record = (await listRecords(connector, entity))[1];
      ensure(since && record?.source, 'The first read brought nothing');
      const { key } = record.source;
      const [result] = await connector.write!(entity, [
        { op: 'upsert', key, record: writeHarness.changed(record) },
      ]);
      ensure(result?.status === 'updated', `The update ended as "${result?.status}"`);
      const later = changesOf(await changePages(connector, entity, since));
      ensure(
        later.some((change) => changeKeyOf(change) === key),
        `The change of ${key} is missing`,
      );
    },
  },
  {
    id: 'changes/deletes',
    group: 'changes',
    name: 'brings the deletion of a record',
    perEntity: true,
    appliesTo: all(findsChanges, showsDeletes, canDelete, canList),
    async run({ stage, entity }) {
      const { connector } = await stage();
      const since = (await changePages(connector, entity)).at(-1)?.checkpoint;
      const key = (await listRecords(connector, entity))[1]?.source?.key;
      ensure(since && key, 'The first read brought nothing');
      await connector.write!(entity, [{ op: 'delete', key }]);
      const later = changesOf(await changePages(connector, entity, since));
      ensure(
        later.some((change) => change.op === 'delete' && change.key === key),
        `The deletion of ${key} is missing`,
      );
    },
  },
  {
    id: 'changes/not-acknowledged',
    group: 'changes',
    name: 'brings changes again until they are acknowledged',
    perEntity: true,
    appliesTo: findsChangesBy('event'),
    async run({ stage, entity }) {
      const { connector, another } = await stage();
      const first = changesOf(await changePages(connector, entity)).map(changeKeyOf);
      const again = changesOf(await changePages(await another(), entity)).map(changeKeyOf);
      ensure(first.length > 0, 'There are no changes');
      ensureSameKeys(again, first, 'Read again without acknowledgement');
    },
  },
  {
    id: 'changes/acknowledged',
    group: 'changes',
    name: 'does not bring acknowledged changes again, and may be told twice',
    perEntity: true,
    appliesTo: findsChangesBy('event'),
    async run({ stage, entity }) {
      const { connector, another } = await stage();
      const pages = await changePages(connector, entity);
      const [first, ...rest] = pages.filter((page) => page.changes.length > 0);
      ensure(first?.acknowledge, 'A page of an event source must have "acknowledge"');
      await first.acknowledge();
      await first.acknowledge();
      const left = changesOf(await changePages(await another(), entity)).map(changeKeyOf);
      ensureSameKeys(left, changesOf(rest).map(changeKeyOf), 'After one page was acknowledged');
      for (const page of rest) await page.acknowledge?.();
      const none = changesOf(await changePages(await another(), entity));
      ensure(
        none.length === 0,
        `Everything was acknowledged, but ${none.length} changes came again`,
      );
    },
  },
];
