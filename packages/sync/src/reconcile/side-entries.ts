import { ConnectorError, type ErpRecord } from '@common/connector-core';
import { identityMapping } from '../mapping/identity-mapping.ts';
import { createLinkLookup } from '../mapping/link-lookup.ts';
import type { MappedRecord, MappingContext } from '../mapping/mapping.ts';
import type { StateStore } from '../state/state-store.ts';
import type { ReconcileSide } from './reconcile.ts';

/** A record, or a part of one, as it is compared. */
export interface ReconcileEntry {
  readonly key: string;
  readonly record: ErpRecord;
  /** Key of the whole record that it was read from. */
  readonly recordKey: string | undefined;
}

/** The records of one side, page by page, mapped. */
export async function* sideEntries(
  side: ReconcileSide,
  options: {
    readonly store: StateStore | undefined;
    readonly tenant: string;
    readonly pageSize: number | undefined;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<{ readonly entries: readonly ReconcileEntry[]; readonly unreadable: number }> {
  const { from, entity, mapping = identityMapping } = side;
  const { store, tenant, pageSize, signal } = options;
  if (from.list === undefined) throw notListable(entity);
  for await (const { records, failures = [] } of from.list(entity, { pageSize }, { signal })) {
    const context = mappingContext({ store, tenant, signal });
    await mapping.prepare?.(records, context);
    const entries: ReconcileEntry[] = [];
    let unreadable = failures.length;
    for (const record of records) {
      const mapped = attempt(() => mapping.map(record, context));
      if (mapped === 'failed') unreadable += 1;
      else entries.push(...entriesOf(record, mapped));
    }
    yield { entries, unreadable };
  }
}

function entriesOf(
  record: ErpRecord,
  mapped: MappedRecord | readonly MappedRecord[] | undefined,
): readonly ReconcileEntry[] {
  if (mapped === undefined) return [];
  const list = 'length' in mapped ? mapped : [mapped];
  return list.flatMap((part) => {
    const key = part.key ?? record.source?.key;
    // What the mapping deletes must not be on the other side: there it counts as extra.
    if (key === undefined || part.record === undefined || part.delete === true) return [];
    return [{ key, record: part.record, recordKey: record.source?.key }];
  });
}

function mappingContext(options: {
  readonly store: StateStore | undefined;
  readonly tenant: string;
  readonly signal: AbortSignal | undefined;
}): MappingContext {
  const { store, tenant, signal } = options;
  const lookups = new Map<string, ReturnType<typeof createLinkLookup>>();
  return {
    tenant,
    flow: 'reconcile',
    signal,
    links(space) {
      if (store === undefined) {
        throw new ConnectorError({
          code: 'ERR_CONFIGURATION',
          category: 'configuration',
          message:
            'The mapping looks into an identity map: give reconcile the link with its store.',
        });
      }
      const lookup = lookups.get(space) ?? createLinkLookup({ store, tenant, space });
      lookups.set(space, lookup);
      return lookup;
    },
  };
}

function attempt<Result>(work: () => Result): Result | 'failed' {
  try {
    return work();
  } catch {
    return 'failed';
  }
}

function notListable(entity: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    entity,
    message: `A side of the reconciliation cannot list "${entity}". Use a connector or target with list().`,
  });
}
