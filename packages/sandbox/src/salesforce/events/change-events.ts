import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import type { Author, Change } from '../data/database.ts';
import { toJson } from '../data/wire-value.ts';
import type { Row, Value } from '../schema/object-definition.ts';
import type { Field, ObjectType } from '../schema/schema.ts';
import type { ChangeEventPayload } from './event-log.ts';

export interface ChangeEvents {
  /** The events of a transaction; like changes of several records are one event. */
  ofTransaction(
    changes: readonly Change[],
    author: Author,
    stampMs: number,
  ): readonly ChangeEventPayload[];
  /** An event whose body was lost: the record must be read again. */
  gap(gap: {
    readonly entityName: string;
    readonly recordIds: readonly string[];
    readonly changeType: string;
    readonly stampMs: number;
    readonly userId: string;
  }): ChangeEventPayload;
}

/** Where the body of an event shows a field: parts of a compound field stand in it. */
function placeOf(field: Field): readonly string[] {
  const { compoundFieldName: compound, name } = field;
  if (compound === undefined) return [name];
  const prefix = compound.replace(/Address$/, '');
  return [compound, compound.endsWith('Address') ? name.slice(prefix.length) : name];
}

const valueAsJson = (field: Field, value: Value): unknown =>
  field.type === 'datetime' && value !== null
    ? new Date(Number(value)).toISOString()
    : toJson(field, value);

const isInEvents = (field: Field): boolean =>
  field.compute === undefined &&
  field.type !== 'address' &&
  !/^(Id|IsDeleted|SystemModstamp)$/.test(field.name);

function bodyOf(row: Row, fields: readonly Field[]): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const [outer = '', inner] = placeOf(field);
    const value = valueAsJson(field, row[field.name] ?? null);
    if (inner === undefined) body[outer] = value;
    else body[outer] = { ...(body[outer] as object | undefined), [inner]: value };
  }
  return body;
}

const schemaId = 'sandbox-change-event';

export function createChangeEvents(random: SeededRandom): ChangeEvents {
  let commitNumber = 10_000_000_000;

  const changedFields = (type: ObjectType, { before, after }: Change): readonly Field[] =>
    type.fields.filter(
      (field) =>
        isInEvents(field) && (before?.[field.name] ?? null) !== (after[field.name] ?? null),
    );

  const describe = (change: Change) => {
    const { type, changeType, after } = change;
    const present = type.fields.filter(
      (field) => isInEvents(field) && (after[field.name] ?? null) !== null,
    );
    if (changeType === 'DELETE') return { body: {}, changed: [], nulled: [] };
    if (changeType !== 'UPDATE') return { body: bodyOf(after, present), changed: [], nulled: [] };
    const fields = changedFields(type, change);
    const names = (wanted: readonly Field[]): readonly string[] =>
      wanted.map((field) => placeOf(field).join('.'));
    return {
      body: bodyOf(after, fields),
      changed: names(fields),
      nulled: names(fields.filter(({ name }) => (after[name] ?? null) === null)),
    };
  };

  return {
    ofTransaction(changes, author, stampMs) {
      const transactionKey = random.uuid();
      commitNumber += random.integer(1, 900);
      const events: { readonly key: string; readonly payload: ChangeEventPayload }[] = [];
      for (const change of changes) {
        const { type, changeType, after } = change;
        if (type.definition.triggerable === false) continue;
        const { body, changed, nulled } = describe(change);
        const key = JSON.stringify([type.name, changeType, body]);
        const last = events.at(-1);
        if (last?.key === key) {
          (last.payload.ChangeEventHeader.recordIds as string[]).push(after.Id);
          continue;
        }
        const ChangeEventHeader = {
          entityName: type.name,
          recordIds: [after.Id],
          changeType,
          changeOrigin: author.origin ?? '',
          transactionKey,
          sequenceNumber: events.length + 1,
          commitTimestamp: stampMs,
          commitUser: author.userId,
          commitNumber,
          nulledFields: nulled,
          diffFields: [],
          changedFields: changed,
        };
        events.push({ key, payload: { ChangeEventHeader, ...body } });
      }
      return events.map(({ payload }) => payload);
    },
    gap({ entityName, recordIds, changeType, stampMs, userId }) {
      commitNumber += 1;
      return {
        ChangeEventHeader: {
          entityName,
          recordIds,
          changeType,
          changeOrigin: '',
          transactionKey: random.uuid(),
          sequenceNumber: 1,
          commitTimestamp: stampMs,
          commitUser: userId,
          commitNumber,
          nulledFields: [],
          diffFields: [],
          changedFields: [],
        },
      };
    },
  };
}

/** An event as it goes over the wire. */
export const eventMessage = (
  channel: string,
  { replayId, payload }: { readonly replayId: number; readonly payload: ChangeEventPayload },
) => ({ data: { schema: schemaId, payload, event: { replayId } }, channel });
