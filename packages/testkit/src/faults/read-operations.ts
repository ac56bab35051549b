import type { ErpRecord, IErpConnector } from '@common/connector-core';
import type { BehaviourSubject } from '../behaviour.ts';
import { all, canCreate, canGet, canList, findsChanges } from '../behaviours/applicability.ts';
import { ensure } from '../conformance-failure.ts';
import { show } from '../expect-error.ts';
import { changeKeyOf, changePages, changesOf, keyOf, listKeys, listRecords } from '../reading.ts';
import type { Stage } from '../stage/stage.ts';
import type { MatrixOperation } from './fault-case.ts';

interface ReadOperation {
  readonly name: string;
  readonly appliesTo: (subject: BehaviourSubject) => true | string;
  readonly after?: number;
  /** Makes the read; whatever it needs is there before a fault is. */
  prepare(connector: IErpConnector, entity: string): Promise<() => Promise<unknown>>;
}

const idempotencyKey = 'CKREAD0001';

const reads: readonly ReadOperation[] = [
  {
    name: 'list',
    appliesTo: canList,
    prepare: async (connector, entity) => () => listKeys(connector, entity),
  },
  {
    name: 'list, second page',
    appliesTo: canList,
    after: 1,
    prepare: async (connector, entity) => () => listKeys(connector, entity),
  },
  {
    name: 'get',
    appliesTo: all(canGet, canList),
    async prepare(connector, entity) {
      const [key = ''] = await listKeys(connector, entity);
      return async () => withoutTimes(await connector.get(entity, key));
    },
  },
  {
    name: 'find',
    appliesTo: all(
      canList,
      canCreate,
      ({ capabilities: { findBy = [] } }) => findBy.length > 0 || 'declares no findBy',
    ),
    async prepare(connector, entity) {
      const [field = ''] = connector.capabilities.entities[entity]?.findBy ?? [];
      return async () => (await connector.find?.(entity, { [field]: idempotencyKey }))?.map(keyOf);
    },
  },
  {
    name: 'changes',
    appliesTo: findsChanges,
    prepare: async (connector, entity) => async () =>
      changesOf(await changePages(connector, entity)).map(changeKeyOf),
  },
  {
    name: 'changes, second page',
    appliesTo: findsChanges,
    after: 1,
    prepare: async (connector, entity) => async () =>
      changesOf(await changePages(connector, entity)).map(changeKeyOf),
  },
];

/** Some vendors stamp what is only read. */
const withoutTimes = (record: ErpRecord | undefined): unknown => {
  const { changedAt: _changedAt, ...rest } = (record ?? {}) as ErpRecord & { changedAt?: string };
  return record && rest;
};

/** The reads of a connector, each on the first entity that it applies to, or on every one. */
export function readOperations(
  subjects: readonly BehaviourSubject[],
  everyEntity: boolean,
): readonly MatrixOperation[] {
  return reads.flatMap(({ name, appliesTo, after = 0, prepare }) => {
    const fitting = subjects.filter((subject) => appliesTo(subject) === true);
    return fitting.slice(0, everyEntity ? undefined : 1).map(
      ({ entity, harness }): MatrixOperation => ({
        name,
        entity,
        repetition: 'read',
        target: 'reads',
        after,
        calls: [harness.entities[entity]?.reads, { method: 'GET' }, { method: 'POST' }],
        async prepare({ connector }: Stage) {
          // Signs in, and whatever else is done once.
          await listRecords(connector, entity).catch(() => undefined);
          const read = await prepare(connector, entity);
          const expected = show(await read());
          let found = '';
          return {
            async run() {
              found = show(await read());
              return { kind: 'done' };
            },
            async verify({ kind }) {
              const isRight = kind !== 'done' || found === expected;
              ensure(isRight, `It read ${found}; without the fault it is ${expected}`);
            },
          };
        },
      }),
    );
  });
}
