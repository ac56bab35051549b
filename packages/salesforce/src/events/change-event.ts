import type { ConnectorEvent, JsonValue } from '@common/connector-core';
import type { SalesforceEntity } from '../salesforce-entity.ts';

/** An event as CometD delivers it. */
export interface EventMessage {
  readonly channel: string;
  readonly replayId: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What is said of a change; empty where it cannot be understood, so that one event does not end a stream. */
interface ChangeHeader {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly commitTimestamp: number;
  readonly changedFields: readonly string[];
}

function readHeader(header: unknown): ChangeHeader {
  const { entityName, recordIds, changeType, changeOrigin, commitTimestamp, changedFields } =
    (header ?? {}) as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const texts = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return {
    entityName: text(entityName),
    recordIds: texts(recordIds),
    changeType: text(changeType),
    changeOrigin: text(changeOrigin),
    commitTimestamp: Number.isSafeInteger(commitTimestamp) ? Number(commitTimestamp) : 0,
    changedFields: texts(changedFields),
  };
}

/** Which entity an object belongs to; for lines also the field that names their document. */
interface Subject {
  readonly entity: string;
  readonly parentField?: string;
}

/** Turns messages into events of the contract. */
export function createEventReader(
  entities: Iterable<SalesforceEntity>,
  { clientName }: { readonly clientName: string },
): (message: EventMessage) => readonly ConnectorEvent[] {
  const subjects = new Map<string, Subject>();
  for (const { name, object, lines } of entities) {
    if (!subjects.has(object)) subjects.set(object, { entity: name });
    if (lines) subjects.set(lines.object, { entity: name, parentField: lines.parentField });
  }

  return ({ channel, replayId, payload }) => {
    if (payload.ChangeEventHeader === undefined) {
      // A platform event of the org's own.
      const type = channel.slice(channel.lastIndexOf('/') + 1);
      return [{ id: String(replayId), type, data: payload as JsonValue }];
    }
    const header = readHeader(payload.ChangeEventHeader);
    const { entityName, changeType, changeOrigin, commitTimestamp } = header;
    const subject = subjects.get(entityName);
    const common = {
      type: [entityName, changeType].filter(Boolean).join('.') || 'unknown',
      ...(subject && { entity: subject.entity }),
      ...(commitTimestamp > 0 && { occurredAt: new Date(commitTimestamp).toISOString() }),
      data: {
        changedFields: header.changedFields,
        changeOrigin,
        isOwn: changeOrigin.split(';').includes(`client=${clientName}`),
      },
    };
    const ids = changeType === 'GAP_OVERFLOW' ? [] : header.recordIds;
    // "001*" and an overflow mean: any of its records.
    if (ids.length === 0) return [{ id: String(replayId), ...common }];
    return ids.map((recordId) => ({
      id: `${replayId}:${recordId}`,
      ...common,
      ...placeOf(subject, { recordId, changeType, payload }),
    }));
  };
}

function placeOf(
  subject: Subject | undefined,
  event: Pick<EventMessage, 'payload'> & { readonly recordId: string; readonly changeType: string },
): Pick<ConnectorEvent, 'key' | 'op'> {
  const { recordId, changeType, payload } = event;
  if (recordId.endsWith('*')) return {};
  if (subject?.parentField !== undefined) {
    // A line that changes is a change of its document, which the event names only when that changed.
    const parent = payload[subject.parentField];
    return typeof parent === 'string' ? { key: parent, op: 'upsert' } : {};
  }
  return { key: recordId, op: /^(?:GAP_)?DELETE$/.test(changeType) ? 'delete' : 'upsert' };
}
