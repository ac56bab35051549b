import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { RequestLimits } from './access/request-limits.ts';
import type { Sessions } from './access/sessions.ts';
import type { Organization } from './call.ts';
import type { Transaction } from './data/database.ts';
import type { RecordInput } from './data/record-input.ts';
import type { ChangeEvents } from './events/change-events.ts';
import type { EventLog } from './events/event-log.ts';
import type { FieldDefinition, Row } from './schema/object-definition.ts';
import type { ObjectType } from './schema/schema.ts';
import { personUserId } from './seed/seed-organization.ts';

/** Records of one object. */
export interface RecordsInput {
  readonly object: string;
  readonly ids: readonly string[];
}

/** What people and the vendor do while a client works with the organisation. */
export interface SalesforceActions {
  /** A person makes records. Gives their ids. */
  createRecords(input: {
    readonly object: string;
    readonly records: readonly RecordInput[];
  }): readonly string[];
  /** A person changes the same fields of records, in one transaction: their stamps are equal. */
  changeRecords(input: RecordsInput & { readonly fields: RecordInput }): void;
  deleteRecords(input: RecordsInput): void;
  /** Brings records back out of the recycle bin, with what went with them. */
  undeleteRecords(input: RecordsInput): void;
  /** Takes deleted records away for good; getDeleted still tells of them. */
  emptyRecycleBin(): void;
  /** Gives records the same SystemModstamp, as a mass update by the vendor does. Raises no event. */
  equalStamps(input: RecordsInput & { readonly at?: string | undefined }): void;
  /** Somebody holds a record: its next `times` writes fail with UNABLE_TO_LOCK_ROW. @default 1 */
  lockRecord(input: { readonly id: string; readonly times?: number | undefined }): void;
  /** An administrator adds a custom field. */
  addField(input: { readonly object: string; readonly field: FieldDefinition }): void;
  /** The organisation moves to another host: sessions end, and the next token names the new one. */
  moveInstance(): { readonly instanceUrl: string };
  /** Changes whose events lost their body: `GAP_UPDATE` and the like, for these ids or `001*`. */
  gapEvents(input: RecordsInput & { readonly changeType: string }): void;
  /** More changed than the bus could tell: the object must be read again as a whole. */
  gapOverflow(input: { readonly object: string }): void;
  /** The bulk job that is worked on next fails as a whole, its rows stay unprocessed. */
  failNextBulkJob(input: { readonly message: string }): void;
  expireSessions(): void;
  /** Ends every grant: refresh tokens are void. */
  revokeGrants(): void;
  /** Says what the user answers when an app asks for access. */
  setConsent(input: { readonly allow: boolean }): void;
  /** Sets how many API requests of the day are used up. */
  setUsedRequests(input: { readonly used: number }): void;
  setApiEnabled(input: { readonly enabled: boolean }): void;
  /** Deactivates or activates the integration user. */
  setUserActive(input: { readonly active: boolean }): void;
}

const gapTypes = new Set(['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE']);
const noId = '000000000000000AAA';

export function createSalesforceActions(system: {
  readonly organization: Organization;
  readonly clock: SandboxClock;
  readonly changeEvents: ChangeEvents;
  readonly log: EventLog;
  readonly sessions: Sessions;
  readonly limits: RequestLimits;
  readonly moveInstance: () => string;
  readonly setConsent: (allow: boolean) => void;
  readonly failNextBulkJob: (message: string) => void;
  readonly onSchemaChange: () => void;
}): SalesforceActions {
  const { organization, clock, sessions, limits } = system;
  const { schema, database, records } = organization;

  const typeOf = (objectName: string): ObjectType => {
    const type = schema.object(objectName);
    if (!type) throw new TypeError(`object: there is no ${objectName}`);
    return type;
  };
  const inTransaction = <Result>(work: (tx: Transaction) => Result): Result => {
    const tx = database.begin({ userId: personUserId });
    try {
      const result = work(tx);
      tx.commit();
      return result;
    } catch (error) {
      tx.rollBackTo(0);
      throw error;
    }
  };
  const publishGap = (object: string, recordIds: readonly string[], changeType: string): void =>
    system.log.publish(
      system.changeEvents.gap({
        entityName: typeOf(object).name,
        recordIds,
        changeType,
        stampMs: clock.stampWrite(),
        userId: personUserId,
      }),
    );
  const existing = (type: ObjectType, id: string): Row => {
    const row = database.table(type).get(id);
    if (!row) throw new TypeError(`ids: there is no ${type.name} ${id}`);
    return row;
  };

  return {
    createRecords: ({ object, records: inputs }) =>
      inTransaction((tx) => inputs.map((input) => records.insert(tx, typeOf(object), input).Id)),
    changeRecords: ({ object, ids, fields }) =>
      inTransaction((tx) => {
        for (const id of ids) records.update(tx, typeOf(object), id, fields);
      }),
    deleteRecords: ({ object, ids }) =>
      inTransaction((tx) => {
        for (const id of ids) records.remove(tx, typeOf(object), id);
      }),
    undeleteRecords: ({ object, ids }) =>
      inTransaction((tx) => {
        for (const id of ids) records.undelete(tx, typeOf(object), id);
      }),
    emptyRecycleBin() {
      for (const type of schema.objects) {
        for (const row of [...database.table(type).rows()]) {
          if (row.IsDeleted === true) database.purge(type, row.Id);
        }
      }
    },
    equalStamps({ object, ids, at }) {
      const type = typeOf(object);
      const stamp = at === undefined ? clock.stampWrite() : Date.parse(at);
      if (Number.isNaN(stamp)) throw new TypeError('at: must be an ISO instant');
      for (const id of ids) {
        const row = existing(type, id);
        database.overwrite(type, { ...row, SystemModstamp: stamp, LastModifiedDate: stamp });
      }
    },
    lockRecord: ({ id, times = 1 }) => records.lock(id, times),
    addField({ object, field }) {
      schema.addField(object, field);
      system.onSchemaChange();
    },
    moveInstance: () => ({ instanceUrl: system.moveInstance() }),
    gapEvents({ object, ids, changeType }) {
      if (!gapTypes.has(changeType)) {
        throw new TypeError(`changeType: must be one of ${[...gapTypes].join(', ')}`);
      }
      publishGap(object, ids, changeType);
    },
    gapOverflow: ({ object }) => publishGap(object, [noId], 'GAP_OVERFLOW'),
    failNextBulkJob: ({ message }) => system.failNextBulkJob(message),
    expireSessions: () => sessions.expireAll(),
    revokeGrants: () => sessions.revokeAll(),
    setConsent: ({ allow }) => system.setConsent(allow),
    setUsedRequests: ({ used }) => limits.setUsed(used),
    setApiEnabled: ({ enabled }) => limits.setApiEnabled(enabled),
    setUserActive({ active }) {
      const type = typeOf('User');
      const [user] = [...database.table(type).rows()];
      if (user) database.overwrite(type, { ...user, IsActive: active });
      if (!active) sessions.revokeAll();
    },
  };
}
