import type { Behaviour } from '../behaviour.ts';
import { ensureExact, ensureWritten } from '../compare-records.ts';
import { ConformanceFailure, ensure } from '../conformance-failure.ts';
import { ensureConnectorError } from '../expect-error.ts';
import { keyOf, listRecords } from '../reading.ts';
import { all, canGet, canList } from './applicability.ts';

/** Keys that mean something in a URL, a query language or a path; some lead to a record when pasted. */
const hostileKeys = (key: string): readonly string[] => [
  `./${key}`,
  `${key}?x=1`,
  `${key}#x`,
  `${key}/../${key}`,
  `${key}' or '1'='1`,
  "')",
  '../',
  'a/b?c=d#e',
  '%00',
  '"\\',
  'ключ 鍵',
];

export const getBehaviours: readonly Behaviour[] = [
  {
    id: 'get/existing',
    group: 'get',
    name: 'reads by its key every record that was listed',
    perEntity: true,
    appliesTo: all(canGet, canList),
    async run({ stage, entity }) {
      const { connector } = await stage();
      for (const listed of await listRecords(connector, entity)) {
        const record = await connector.get(entity, keyOf(listed));
        ensure(record, `The record ${keyOf(listed)} was listed, but get finds none`);
        ensure(keyOf(record) === keyOf(listed), `get ${keyOf(listed)} answered ${keyOf(record)}`);
        ensureWritten(record, listed);
      }
    },
  },
  {
    id: 'get/expected',
    group: 'get',
    name: 'reads a record as a person would write it down',
    perEntity: true,
    appliesTo: all(
      canGet,
      ({ harness, entity }) =>
        (harness.entities[entity]?.expected ?? []).length > 0 ||
        'the harness has no records that a person wrote down',
    ),
    async run({ stage, entity, entityHarness }) {
      const { connector } = await stage();
      for (const expected of entityHarness.expected ?? []) {
        const key = keyOf(expected);
        const record = await connector.get(entity, key);
        ensure(record, `There is no record ${key}, but the harness expects it`);
        ensureExact(record, expected);
      }
    },
  },
  {
    id: 'get/missing',
    group: 'get',
    name: 'answers undefined for a key without a record',
    perEntity: true,
    appliesTo: canGet,
    async run({ stage, entity, entityHarness }) {
      const { connector } = await stage();
      const { missingKey } = entityHarness;
      const record = await connector.get(entity, missingKey).catch((error: unknown) => {
        const message = `get("${missingKey}") must answer undefined, but threw ${String(error)}. If the vendor says "not found" with a status: acceptStatus. If it does so in a body: let "classify" return undefined for requests that accept 404.`;
        throw new ConformanceFailure(message);
      });
      ensure(record === undefined, `Expected undefined, got the record ${record?.source?.key}`);
    },
  },
  {
    id: 'get/hostile-key',
    group: 'get',
    name: 'takes a key as a value, whatever characters it has',
    perEntity: true,
    appliesTo: all(canGet, canList),
    async run({ stage, entity }) {
      const { connector } = await stage();
      const existing = (await listRecords(connector, entity))[0]!;
      for (const key of hostileKeys(keyOf(existing))) {
        const outcome = await connector.get(entity, key).catch((error: unknown) => {
          ensureConnectorError(error, { category: ['validation', 'not-found'] });
          return undefined;
        });
        ensure(
          outcome === undefined,
          `get(${JSON.stringify(key)}) answered the record ${outcome?.source?.key}`,
        );
      }
    },
  },
];
