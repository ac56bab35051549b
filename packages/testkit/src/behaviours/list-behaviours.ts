import { type CanonicalEntities, entitySchemas } from '@common/connector-core/entities';
import type { Behaviour } from '../behaviour.ts';
import { findNumber } from '../compare-records.ts';
import { ensure } from '../conformance-failure.ts';
import { expectConnectorError, show } from '../expect-error.ts';
import {
  ensureCheckpoint,
  ensureSameKeys,
  keyOf,
  listKeys,
  listPages,
  listRecords,
  recordsOf,
} from '../reading.ts';
import { startForeignServer } from '../stage/foreign-server.ts';
import { manyRecords, pageSize } from '../stage/stage.ts';
import { all, canList } from './applicability.ts';

/** A field by its name, which is only known from the capabilities. */
const fieldOf = (record: object, field: string): unknown => Reflect.get(record, field);

const isCanonical = (entity: string): entity is keyof CanonicalEntities & string =>
  Object.hasOwn(entitySchemas, entity);

const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);

/** Instants are searched from a time on: vendors keep them with more digits than they tell. */
const fits = (found: unknown, value: string | boolean): boolean =>
  isInstant(found) && isInstant(value) ? Date.parse(found) >= Date.parse(value) : found === value;

function ensureUnique(keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  ensure(twice === undefined, `The record ${twice} came twice`);
}

export const listBehaviours: readonly Behaviour[] = [
  {
    id: 'list/none',
    group: 'list',
    name: 'reads an entity without records',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity, entityHarness }) {
      const { connector } = await stage({ records: 0 });
      const keys = await listKeys(connector, entity);
      const fewest = entityHarness.fewestRecords ?? 0;
      ensure(keys.length === fewest, `Expected ${fewest} records, got ${keys.length}`);
    },
  },
  {
    id: 'list/one',
    group: 'list',
    name: 'reads a single record',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity, entityHarness }) {
      const records = Math.max(1, entityHarness.fewestRecords ?? 0);
      const keys = await listKeys((await stage({ records })).connector, entity);
      ensure(keys.length === records, `Expected ${records} records, got ${keys.length}`);
    },
  },
  {
    id: 'list/many-pages',
    group: 'list',
    name: 'reads many pages, every record once',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity, capabilities }) {
      const { connector } = await stage();
      const pages = await listPages(connector, entity);
      const keys = recordsOf(pages).map(keyOf);
      ensureUnique(keys);
      ensure(keys.length === manyRecords, `Expected ${manyRecords} records, got ${keys.length}`);
      ensure(
        pages.filter((page) => page.records.length > 0).length >= Math.ceil(manyRecords / pageSize),
        `${manyRecords} records came in ${pages.length} pages; with pageSize ${pageSize} there must be more`,
      );
      const longest = Math.max(...pages.map((page) => page.records.length));
      ensure(
        longest <= capabilities.maxPageSize,
        `A page has ${longest} records, maxPageSize is ${capabilities.maxPageSize}`,
      );
      ensure(
        pages.every((page) => (page.failures ?? []).length === 0),
        `Records could not be decoded: ${show(pages.flatMap((page) => page.failures ?? []))}`,
      );
    },
  },
  {
    id: 'list/ties',
    group: 'list',
    name: 'reads every record once when all changed at the same time',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage({ simultaneous: true });
      const keys = await listKeys(connector, entity);
      ensureUnique(keys);
      ensure(keys.length === manyRecords, `Expected ${manyRecords} records, got ${keys.length}`);
    },
  },
  {
    id: 'list/page-size-capped',
    group: 'list',
    name: 'takes a page size above its maximum as a hint',
    appliesTo: canList,
    async run({ stage, entity, capabilities }) {
      const { connector } = await stage();
      const pages = await listPages(connector, entity, { pageSize: capabilities.maxPageSize * 10 });
      const count = recordsOf(pages).length;
      ensure(count === manyRecords, `Expected ${manyRecords} records, got ${count}`);
    },
  },
  {
    id: 'list/same-twice',
    group: 'list',
    name: 'reads the same records in the same order twice',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      const [first, second] = [
        await listKeys(connector, entity),
        await listKeys(connector, entity),
      ];
      ensure(
        first.join() === second.join(),
        `First [${first.join(', ')}], then [${second.join(', ')}]`,
      );
    },
  },
  {
    id: 'list/schema',
    group: 'list',
    name: 'gives records that conform to the canonical schema, with their source',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      for (const record of await listRecords(connector, entity)) {
        const { source } = record;
        ensure(
          source?.system === connector.manifest.id,
          `source.system is ${show(source?.system)}, manifest.id "${connector.manifest.id}"`,
        );
        ensure(source.entity === entity, `source.entity is "${source.entity}"`);
        if (!isCanonical(entity)) continue;
        const result = entitySchemas[entity].safeParse(record);
        const issue = result.error?.issues[0];
        ensure(result.success, `Record ${source.key}: ${issue?.path.join('.')} ${issue?.message}`);
      }
    },
  },
  {
    id: 'list/no-numbers',
    group: 'list',
    name: 'gives decimals as strings, never as numbers',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      for (const record of await listRecords(connector, entity)) {
        const path = findNumber(record);
        ensure(
          path === undefined,
          `Record ${keyOf(record)}: ${path} is a number; a double loses digits`,
        );
      }
    },
  },
  {
    id: 'list/total-count',
    group: 'list',
    name: 'tells the true total where it tells one',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const pages = await listPages((await stage()).connector, entity);
      for (const { totalCount = manyRecords } of pages) {
        ensure(
          totalCount === manyRecords,
          `totalCount is ${totalCount}, there are ${manyRecords} records`,
        );
      }
    },
  },
  {
    id: 'list/resume',
    group: 'list',
    name: 'continues behind every page from its checkpoint',
    perEntity: true,
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, another } = await stage();
      const pages = await listPages(connector, entity);
      for (const [index, page] of pages.entries()) {
        const after = ensureCheckpoint(page.checkpoint);
        const rest = recordsOf(await listPages(await another(), entity, { after })).map(keyOf);
        const expected = recordsOf(pages.slice(index + 1)).map(keyOf);
        ensureSameKeys(rest, expected, `Continued behind page ${index + 1}`);
      }
    },
  },
  {
    id: 'list/stops',
    group: 'list',
    name: 'stops reading when the consumer stops',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, reads } = await stage();
      for await (const page of connector.list(entity, { pageSize })) {
        if (page.records.length > 0) break;
      }
      // One page may have been read ahead.
      const most = Math.ceil(manyRecords / pageSize) - 1;
      const count = reads();
      ensure(count <= most, `The consumer took one page, the connector read ${count}`);
    },
  },
  {
    id: 'list/filter',
    group: 'list',
    name: 'filters by the fields that it names as filterable',
    perEntity: true,
    appliesTo: all(
      canList,
      ({ capabilities }) => capabilities.filterable.length > 0 || 'declares no filterable fields',
    ),
    async run({ stage, entity, capabilities }) {
      const { connector } = await stage();
      const records = await listRecords(connector, entity);
      for (const field of capabilities.filterable) {
        const value = records
          .map((record) => fieldOf(record, field))
          .find((found) => typeof found === 'string' || typeof found === 'boolean');
        if (typeof value !== 'string' && typeof value !== 'boolean') continue;
        const where = [{ field, operator: isInstant(value) ? 'ge' : 'eq', value }] as const;
        const found = recordsOf(await listPages(connector, entity, { where })).map(keyOf);
        const expected = records.filter((record) => fits(fieldOf(record, field), value)).map(keyOf);
        ensureSameKeys(found, expected, `Filtered by ${field} = ${value}`);
      }
    },
  },
  {
    id: 'list/filter-unknown',
    group: 'list',
    name: 'refuses a filter by another field instead of ignoring it',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      const where = [{ field: 'noSuchField', operator: 'eq', value: '1' }] as const;
      await expectConnectorError(() => listPages(connector, entity, { where }), {
        code: 'ERR_UNSUPPORTED_QUERY',
      });
    },
  },
  {
    id: 'list/loop',
    group: 'list',
    name: 'notices a page that leads to itself',
    appliesTo: all(canList, ({ harness: { paging } }) =>
      typeof paging.loop === 'function' ? true : paging.loop,
    ),
    async run({ stage, entity, harness: { paging } }) {
      const { connector, sandbox, failReads } = await stage();
      ensure(typeof paging.loop === 'function', 'The harness has no looping page');
      // Ends after 40 answers, so that a connector that never notices ends too.
      failReads({ ...paging.loop(sandbox.url), times: 40 });
      await expectConnectorError(() => listPages(connector, entity), {
        code: 'ERR_PAGINATION_LOOP',
      });
    },
  },
  {
    id: 'list/cross-origin',
    group: 'list',
    name: 'follows no link to another origin',
    appliesTo: all(canList, ({ harness: { paging } }) =>
      typeof paging.crossOrigin === 'function' ? true : paging.crossOrigin,
    ),
    async run({ stage, entity, harness: { paging } }) {
      const { connector, failReads } = await stage();
      ensure(typeof paging.crossOrigin === 'function', 'The harness has no foreign link');
      const foreign = await startForeignServer();
      try {
        failReads(paging.crossOrigin(foreign.url));
        const outcome = await listPages(connector, entity).catch((error: unknown) => error);
        ensure(foreign.calls === 0, 'The connector sent a request to another origin');
        await expectConnectorError(() => Promise.reject(outcome), { code: 'ERR_CROSS_ORIGIN' });
      } finally {
        await foreign.close();
      }
    },
  },
];
