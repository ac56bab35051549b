import type { Checkpoint } from './checkpoint.ts';

/** One comparison of a field with a value. All conditions of a query must hold. */
export interface RecordCondition {
  /** A canonical field name, for example `companyCode`. */
  readonly field: string;
  readonly operator: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'in' | 'startsWith';
  /** Dates and decimals as canonical strings; an array for `in`. */
  readonly value: string | boolean | readonly string[];
}

/** What `list` reads. */
export interface RecordQuery {
  /** Conditions on fields that the entity's capabilities name as `filterable`; another field is `ERR_UNSUPPORTED_QUERY`. */
  readonly where?: readonly RecordCondition[] | undefined;
  /**
   * A hint; the connector caps it at the entity's `maxPageSize`.
   * @default the connector's own
   */
  readonly pageSize?: number | undefined;
  /** Continue after this checkpoint, taken from a page of the same query. */
  readonly after?: Checkpoint | undefined;
}
