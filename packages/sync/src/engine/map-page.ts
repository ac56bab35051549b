import { ConnectorError, type ErpRecord, type RecordChange } from '@common/connector-core';
import { createLinkLookup } from '../mapping/link-lookup.ts';
import type { LinkLookup, MappedRecord, MappingContext } from '../mapping/mapping.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { Session } from './session.ts';

/** A mapped part of a source record, its key decided. */
export interface MappedPart {
  readonly key: string;
  readonly sourceKey: string;
  readonly part: ErpRecord;
  readonly mapped: MappedRecord;
}

/** A page in the target's words. */
export interface MappedPage {
  readonly parts: readonly MappedPart[];
  /** Keys of source records that were deleted. */
  readonly deletedKeys: readonly string[];
  /**
   * The records that are mapped to a list of parts, and the keys of those parts: what else is linked
   * to such a record has vanished from it.
   */
  readonly listedKeys: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys of all source records of the page. */
  readonly sourceKeys: readonly string[];
  readonly failures: readonly Failure[];
  /** Records that the mapping left out. */
  readonly skipped: number;
}

/** Maps and validates the changes of a page. A record that fails does not stop the others. */
export async function mapPage(
  flow: Flow,
  session: Pick<Session, 'signal'>,
  changes: readonly RecordChange[],
): Promise<MappedPage> {
  const failures: Failure[] = [];
  const { records, deletedKeys } = lastChanges(flow, changes, failures);
  const context = mappingContext(flow, session);
  if (records.size > 0) await flow.mapping.prepare?.([...records.values()], context);
  const parts: MappedPart[] = [];
  const listedKeys = new Map<string, ReadonlySet<string>>();
  let skipped = 0;
  for (const [sourceKey, record] of records) {
    let mappedParts: readonly MappedPart[];
    try {
      const mapped = flow.mapping.map(record, context);
      mappedParts = partsOf(sourceKey, record, mapped);
      if (mapped !== undefined && 'length' in mapped) {
        listedKeys.set(sourceKey, new Set(mappedParts.map(({ key }) => key)));
      }
    } catch (error) {
      failures.push({
        stage: 'map',
        op: 'upsert',
        key: sourceKey,
        sourceKey,
        error: mappingError(error),
      });
      continue;
    }
    if (mappedParts.length === 0) skipped += 1;
    for (const part of mappedParts) {
      const error = flow.schema === undefined ? undefined : await invalid(flow, part);
      if (error === undefined) parts.push(part);
      else failures.push({ stage: 'validate', op: 'upsert', key: part.key, sourceKey, error });
    }
  }
  const sourceKeys = [...records.keys(), ...deletedKeys];
  return { parts, deletedKeys, listedKeys, sourceKeys, failures, skipped };
}

/** Of several changes of one record in a page only the last counts. */
function lastChanges(flow: Flow, changes: readonly RecordChange[], failures: Failure[]) {
  const records = new Map<string, ErpRecord>();
  const deleted = new Set<string>();
  for (const change of changes) {
    if (change.op === 'delete') {
      records.delete(change.key);
      deleted.add(change.key);
      continue;
    }
    const key = change.record.source?.key;
    if (key === undefined) {
      failures.push({
        stage: 'decode',
        op: 'upsert',
        key: `?${flow.sourceProjection.digest(change.record)}`,
        sourceKey: undefined,
        error: new ConnectorError({
          code: 'ERR_INVALID_RESPONSE',
          category: 'internal',
          system: flow.source.manifest.id,
          entity: flow.sourceEntity,
          message:
            'A record came without source.key. The connector must set it on every record it reads.',
        }),
      });
      continue;
    }
    deleted.delete(key);
    records.set(key, change.record);
  }
  return { records, deletedKeys: [...deleted] };
}

function partsOf(
  sourceKey: string,
  record: ErpRecord,
  result: ReturnType<Flow['mapping']['map']>,
): readonly MappedPart[] {
  if (result === undefined) return [];
  const list = 'length' in result ? result : [result];
  const keys = new Set<string>();
  return list.map((mapped) => {
    const key = mapped.key ?? sourceKey;
    if (key !== sourceKey && !key.startsWith(`${sourceKey}/`)) {
      throw wrongMapping(`The part key must begin with the key of its record and a slash.`);
    }
    if (keys.has(key)) throw wrongMapping('Two parts of the record have the same key.');
    keys.add(key);
    if (mapped.record === undefined && mapped.delete !== true) {
      throw wrongMapping('A mapped record needs `record`, or `delete: true`.');
    }
    if (mapped.delete === true && mapped.targetPart !== undefined) {
      throw wrongMapping(
        'A part of a target record cannot be deleted; map it to an update of the record.',
      );
    }
    return { key, sourceKey, part: mapped.part ?? record, mapped };
  });
}

async function invalid(flow: Flow, { mapped }: MappedPart): Promise<ConnectorError | undefined> {
  if (flow.schema === undefined || mapped.record === undefined) return undefined;
  const checked = flow.schema['~standard'].validate(mapped.record);
  const result = checked instanceof Promise ? await checked : checked;
  const issue = result.issues?.[0];
  if (issue === undefined) return undefined;
  const path = issue.path
    ?.map((step) => String(typeof step === 'object' ? step.key : step))
    .join('.');
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    entity: flow.targetEntity,
    message: `The mapped record is not valid${path === undefined ? '' : ` at ${path}`}: ${issue.message}`,
    path,
  });
}

function mappingContext(flow: Flow, session: Pick<Session, 'signal'>): MappingContext {
  const lookups = new Map<string, LinkLookup>();
  return {
    ...flow.key,
    signal: session.signal,
    links(space) {
      const known = lookups.get(space);
      if (known !== undefined) return known;
      const lookup = createLinkLookup({ store: flow.store, tenant: flow.key.tenant, space });
      lookups.set(space, lookup);
      return lookup;
    },
  };
}

function mappingError(error: unknown): ConnectorError {
  if (ConnectorError.isInstance(error)) return error;
  // Only the kind of error: the message of a mapping's own bug may quote the record.
  const kind = error instanceof Error ? error.name : typeof error;
  return new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `The mapping threw a ${kind}. Correct the mapping, then replay the dead letter.`,
    cause: connectorErrorOf(error),
  });
}

function wrongMapping(message: string): ConnectorError {
  return new ConnectorError({ code: 'ERR_MAPPING', category: 'mapping', message });
}
