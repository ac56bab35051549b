import type { IErpConnector } from '../contract/erp-connector.ts';
import type { Logger } from '../contract/logger.ts';
import type { ConnectorObserver } from './connector-observer.ts';
import { guardObserver } from './guard-observer.ts';

/**
 * The same connector, telling the observer how many records it reads and writes. Everything else the
 * connector tells by itself when it is given the same observer as an option.
 *
 * A dry run counts nothing. Counted is what arrives, also where the reader then stops.
 *
 * @example
 * ```ts
 * const observer = await openTelemetry();
 * const erp = observeConnector(sap({ …, observer }), observer);
 * ```
 */
export function observeConnector<
  // Not all of the contract: its generic members would refuse connectors whose entities are known.
  Connector extends Pick<IErpConnector, 'specificationVersion' | 'manifest'>,
>(
  connector: Connector,
  observer: ConnectorObserver,
  options: {
    /** Hears, once, that the observer fails. @default silent */
    readonly logger?: Pick<Logger, 'warn'> | undefined;
  } = {},
): Connector {
  const guarded = guardObserver(observer, options.logger ?? { warn: () => undefined });
  const inner = connector as Connector & IErpConnector;
  const { find, changes, write } = inner;
  const count = (
    direction: 'read' | 'written',
    entity: string,
    { succeeded = 0, failed = 0 },
  ): void => {
    if (succeeded + failed === 0) return;
    guarded.records?.({ system: connector.manifest.id, entity, direction, succeeded, failed });
  };
  const counting: Partial<IErpConnector> = {
    async get(entity, key, call) {
      const record = await inner.get(entity, key, call);
      count('read', entity, { succeeded: record === undefined ? 0 : 1 });
      return record;
    },
    async *list(entity, query, call) {
      for await (const page of inner.list(entity, query, call)) {
        count('read', entity, { succeeded: page.records.length, failed: page.failures?.length });
        yield page;
      }
    },
    ...(find && {
      async find(entity, reference, call) {
        const records = await find.call(inner, entity, reference, call);
        count('read', entity, { succeeded: records.length });
        return records;
      },
    }),
    ...(changes && {
      async *changes(entity, since, call) {
        for await (const page of changes.call(inner, entity, since, call)) {
          count('read', entity, { succeeded: page.changes.length, failed: page.failures?.length });
          yield page;
        }
      },
    }),
    ...(write && {
      async write(entity, records, writing) {
        const results = await write.call(inner, entity, records, writing);
        if (writing?.dryRun === true) return results;
        const bad = results.filter(({ status }) => status === 'failed' || status === 'unknown');
        const failed = bad.length;
        count('written', entity, { succeeded: results.length - failed, failed });
        return results;
      },
    }),
  };
  return { ...connector, ...counting };
}
