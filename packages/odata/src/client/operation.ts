import type { EntityType, ODataRecord, RecordOf } from '../entity/entity-type.ts';
import type { EdmType } from '../literals/edm-type.ts';
import type { EntityKey } from '../literals/key.ts';
import type { ODataQuery } from '../query/query-options.ts';

/** What is read or written: a described type, or the name of an entity set. */
export type EntityReference = EntityType | string;

/** The record type behind a reference. */
export type RecordFor<Entity extends EntityReference> = Entity extends EntityType
  ? RecordOf<Entity>
  : ODataRecord;

/** The way to an entity or collection that hangs on another entity. */
export interface NavigationPath {
  readonly entity: EntityReference;
  readonly key: EntityKey;
  /** For example `to_PurchaseOrderItem`. */
  readonly navigation: string;
}

export interface GetOperation<Entity extends EntityReference = EntityReference> {
  readonly entity: Entity;
  readonly key: EntityKey;
  /** Only `select`, `expand` and `custom` make sense. */
  readonly query?: ODataQuery | undefined;
}

export interface ListOperation<Entity extends EntityReference = EntityReference> {
  readonly entity: Entity;
  /** Reads what a navigation leads to instead of the whole set. */
  readonly via?: NavigationPath | undefined;
  readonly query?: ODataQuery | undefined;
}

export interface CreateOperation<Entity extends EntityReference = EntityReference> {
  readonly entity: Entity;
  /** Creates the record as a child of another. */
  readonly via?: NavigationPath | undefined;
  /** Navigation properties hold what is created with it (deep insert). */
  readonly data: RecordFor<Entity>;
}

export interface UpdateOperation<Entity extends EntityReference = EntityReference> {
  readonly entity: Entity;
  readonly key: EntityKey;
  /** The properties to change; what is absent stays. */
  readonly data: RecordFor<Entity>;
  /** The version that must still be there; `*` for any. A mismatch is `ERR_CONFLICT`. */
  readonly ifMatch?: string | undefined;
}

export interface DeleteOperation {
  readonly entity: EntityReference;
  readonly key: EntityKey;
  readonly ifMatch?: string | undefined;
}

export interface CallOperation {
  /** The import, or the qualified name of what is bound: `SAP__self.Release`. */
  readonly name: string;
  /**
   * Actions change data and are POSTed; functions are read with GET. A V2 function import that the
   * metadata declares with POST is an action.
   */
  readonly kind: 'function' | 'action';
  readonly parameters?: ODataRecord | undefined;
  /** Types of the parameters; Edm.String where nothing is said. */
  readonly types?: Readonly<Record<string, EdmType>> | undefined;
  /** V4: the entity or, without a key, the collection that it is bound to. */
  readonly boundTo?:
    | { readonly entity: EntityReference; readonly key?: EntityKey | undefined }
    | undefined;
  /** The type of what comes back, so that it is decoded. */
  readonly returns?: EntityType | undefined;
  readonly ifMatch?: string | undefined;
}

/** One operation, as a batch takes it. */
export type ODataOperation =
  | ({ readonly op: 'get' } & GetOperation)
  | ({ readonly op: 'list' } & ListOperation)
  | ({ readonly op: 'create' } & CreateOperation)
  | ({ readonly op: 'update' | 'replace' } & UpdateOperation)
  | ({ readonly op: 'delete' } & DeleteOperation)
  | ({ readonly op: 'call' } & CallOperation);

/** Whether an operation changes nothing. */
export function isRead(operation: ODataOperation): boolean {
  return (
    operation.op === 'get' ||
    operation.op === 'list' ||
    (operation.op === 'call' && operation.kind === 'function')
  );
}

/** The name of what is read or written, for errors. */
export function nameOf(entity: EntityReference): string {
  return typeof entity === 'string' ? entity : entity.name;
}
