import type { ChangePage, IErpConnector } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { isWritten } from '../compare-records.ts';
import { ensure } from '../conformance-failure.ts';
import {
  changeKeyOf,
  changePages,
  changesOf,
  ensureSameKeys,
  keyOf,
  listKeys,
} from '../reading.ts';
import { type BehaviourContext, manyRecords, pageSize, type Stage } from '../stage/stage.ts';
import {
  all,
  canCreate,
  canList,
  canUpdate,
  findsChanges,
  findsChangesBy,
  losesRecords,
} from './applicability.ts';

/** Reads page by page; what `between` does happens while the read is under way. */
async function readWhile<Page>(
  pages: AsyncIterable<Page>,
  between: (page: Page, index: number) => Promise<void>,
): Promise<Page[]> {
  const read: Page[] = [];
  for await (const page of pages) {
    read.push(page);
    ensure(read.length < 60, 'The read did not end within 60 pages');
    await between(page, read.length - 1);
  }
  return read;
}

/** Reads by turns, the second one page behind. */
async function byTurns<Page>(open: () => AsyncIterable<Page>): Promise<[Page[], Page[]]> {
  const second: Page[] = [];
  const following = open()[Symbol.asyncIterator]();
  const follow = async (): Promise<boolean> => {
    const { done, value } = await following.next();
    if (!done) second.push(value);
    return !done;
  };
  const first = await readWhile(open(), async () => void (await follow()));
  while (await follow());
  return [first, second];
}

/** Takes records away behind the reader's back. */
async function remove(
  { entity, entityHarness, capabilities }: BehaviourContext,
  stage: Stage,
  keys: readonly string[],
): Promise<void> {
  const other = await stage.another();
  if (typeof entityHarness.remove === 'function') await entityHarness.remove(stage.sandbox, keys);
  else {
    ensure(
      capabilities.delete,
      `The connector cannot delete, and the harness does not say how records of "${entity}" go: give \`remove\`, a function or a sentence why they never do`,
    );
    const results = await other.write!(
      entity,
      keys.map((key) => ({ op: 'delete', key })),
    );
    const bad = results.find(({ status }) => status !== 'deleted');
    ensure(bad === undefined, `The deletion of a record ended as "${bad?.status}"`);
  }
  if (!capabilities.list) return;
  const left = await listKeys(other, entity);
  const still = keys.find((key) => left.includes(key));
  ensure(
    still === undefined,
    `The record ${still} was removed and is still listed: nothing is proven. Give \`remove\` in the harness`,
  );
}

/** Changes from the last checkpoint of a read on. */
async function changesAfter(
  connector: IErpConnector,
  entity: string,
  pages: readonly ChangePage[],
): Promise<ReturnType<typeof changesOf>> {
  const since = pages.at(-1)?.checkpoint;
  ensure(since, 'The read brought nothing');
  return changesOf(await changePages(connector, entity, since));
}

const keysOf = (pages: readonly ChangePage[]): string[] => changesOf(pages).map(changeKeyOf);

/** What happens at the vendor while somebody reads, and who else reads. */
export const meanwhileBehaviours: readonly Behaviour[] = [
  {
    id: 'list/removed-meanwhile',
    group: 'list',
    name: 'misses nothing when records that it has read are removed while it goes on',
    perEntity: true,
    appliesTo: all(canList, losesRecords),
    async run(context) {
      const { entity } = context;
      const stage = await context.stage();
      const keys = await listKeys(await stage.another(), entity);
      const pages = stage.connector.list(entity, { pageSize });
      // Two: then a total that shrinks ends a read that trusts it a page too early.
      const read = await readWhile(pages, async ({ records }, index) => {
        if (index === 0) await remove(context, stage, records.slice(0, 2).map(keyOf));
      });
      ensureSameKeys(
        read.flatMap(({ records }) => records.map(keyOf)),
        keys,
        'Two records of the first page were removed while it was read',
      );
    },
  },
  {
    id: 'list/created-meanwhile',
    group: 'list',
    name: 'brings every record once when others are created while it reads',
    perEntity: true,
    appliesTo: all(canList, canCreate),
    async run({ stage: open, entity, writeHarness }) {
      const stage = await open();
      const other = await stage.another();
      const keys = await listKeys(other, entity);
      const pages = stage.connector.list(entity, { pageSize });
      const read = await readWhile(pages, async (_page, index) => {
        if (index > 1) return;
        const record = writeHarness.record(index + 1);
        const [result] = await other.write!(entity, [{ op: 'upsert', record }]);
        ensure(result?.status === 'created', `The creation ended as "${result?.status}"`);
      });
      const found = read.flatMap(({ records }) => records.map(keyOf));
      const missing = keys.filter((key) => !found.includes(key));
      ensure(missing.length === 0, `Missing: ${missing.join(', ')}`);
      const twice = found.find((key, index) => found.indexOf(key) !== index);
      ensure(twice === undefined, `The record ${twice} came twice`);
    },
  },
  {
    id: 'list/wrong-total',
    group: 'list',
    name: 'reads to the end, whatever total the vendor tells',
    appliesTo: all(canList, ({ harness: { paging } }) =>
      typeof paging.total === 'string' ? paging.total : true,
    ),
    async run({ stage, entity, harness: { paging } }) {
      const { connector, failReads } = await stage();
      ensure(paging.total instanceof RegExp, 'The harness does not say what a total looks like');
      failReads({ kind: 'altered-body', search: paging.total, replacement: '1', times: 40 });
      const { length } = await listKeys(connector, entity);
      ensure(length === manyRecords, `Expected ${manyRecords} records, got ${length}`);
    },
  },
  {
    id: 'list/side-by-side',
    group: 'list',
    name: 'keeps two reads apart that go on at the same time',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      const expected = await listKeys(connector, entity);
      for (const pages of await byTurns(() => connector.list(entity, { pageSize }))) {
        const found = pages.flatMap(({ records }) => records.map(keyOf));
        ensure(
          found.join() === expected.join(),
          `Alone [${expected.join(', ')}], beside another read [${found.join(', ')}]`,
        );
      }
    },
  },
  {
    id: 'changes/removed-meanwhile',
    group: 'changes',
    name: 'misses no change when records that it has read are removed while it goes on',
    perEntity: true,
    appliesTo: all(findsChangesBy('timestamp', 'delta-token'), losesRecords),
    async run(context) {
      const { entity, capabilities } = context;
      const stage = await context.stage();
      const { connector } = stage;
      const keys = keysOf(await changePages(await stage.another(), entity));
      let gone: readonly string[] = [];
      const read = await readWhile(connector.changes!(entity), async (page) => {
        if (gone.length > 0 || page.changes.length === 0) return;
        gone = keysOf([page]).slice(0, 2);
        await remove(context, stage, gone);
      });
      ensureSameKeys(keysOf(read), keys, 'Two records were removed while changes were read');
      if (!capabilities.deletesVisible) return;
      const all = [...changesOf(read), ...(await changesAfter(connector, entity, read))];
      const deleted = all.filter(({ op }) => op === 'delete').map(changeKeyOf);
      const untold = gone.filter((key) => !deleted.includes(key));
      ensure(untold.length === 0, `Neither this read nor the next tells that ${untold} is deleted`);
    },
  },
  {
    id: 'changes/changed-meanwhile',
    group: 'changes',
    name: 'misses no change when a record that it has read changes again while it goes on',
    perEntity: true,
    appliesTo: all(findsChangesBy('timestamp', 'delta-token'), canUpdate, canCreate),
    async run({ stage: open, entity, writeHarness }) {
      const { connector, another } = await open();
      const other = await another();
      const keys = keysOf(await changePages(other, entity));
      let changed: ReturnType<typeof writeHarness.changed> | undefined;
      let key = '';
      const read = await readWhile(connector.changes!(entity), async (page) => {
        if (changed !== undefined) return;
        [key = ''] = keysOf([page]);
        changed = writeHarness.changed((await other.get(entity, key)) ?? {});
        const [result] = await other.write!(entity, [{ op: 'upsert', key, record: changed }]);
        ensure(result?.status === 'updated', `The update ended as "${result?.status}"`);
      });
      ensureSameKeys(keysOf(read), keys, 'A record changed while changes were read');
      const all = [...changesOf(read), ...(await changesAfter(connector, entity, read))];
      const last = all.findLast((change) => changeKeyOf(change) === key);
      ensure(
        last?.op === 'upsert' && isWritten(last.record, changed!, writeHarness.assigned),
        `Neither this read nor the next brings ${key} as it was changed while it was read`,
      );
    },
  },
  {
    id: 'changes/acknowledged-meanwhile',
    group: 'changes',
    name: 'brings every change when each page is acknowledged before the next is read',
    perEntity: true,
    appliesTo: findsChangesBy('event'),
    async run({ stage, entity }) {
      const { connector, another } = await stage();
      const keys = keysOf(await changePages(await another(), entity));
      const read = await readWhile(connector.changes!(entity), async (page) => {
        await page.acknowledge?.();
      });
      ensureSameKeys(keysOf(read), keys, 'Acknowledged page by page');
    },
  },
  {
    id: 'changes/side-by-side',
    group: 'changes',
    name: 'keeps two reads of changes apart that go on at the same time',
    perEntity: true,
    appliesTo: findsChanges,
    async run({ stage, entity }) {
      const { connector } = await stage();
      const expected = keysOf(await changePages(connector, entity));
      const reads = await byTurns(() => connector.changes!(entity));
      for (const pages of reads) ensureSameKeys(keysOf(pages), expected, 'Beside another read');
    },
  },
];
