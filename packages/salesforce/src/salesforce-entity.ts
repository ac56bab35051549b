import type { EntityCapabilities } from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import type { SalesforceRow } from './run-query.ts';

/** A record of a vendor's fields that is to be written. */
export type SalesforceFields = Readonly<Record<string, unknown>>;

/** The lines of a document, which are records of an object of their own. */
export interface EntityLines {
  readonly object: string;
  /** Field of the line that names its document. */
  readonly parentField: string;
  /** How the document names its lines in a query, and the template its list. */
  readonly relationship: string;
  /** Field by which lines are told apart within their document. */
  readonly numberField: string;
  /** Whether Salesforce numbers the lines, so that nobody else can. */
  readonly isNumbered: boolean;
  /** Number of lines that have none in `numberField`, for example those that people made. */
  readonly ownNumberField?: string | undefined;
}

/** How an entity is read and written: which object it is and what identifies it. */
export interface SalesforceEntity {
  readonly name: string;
  /** API name. */
  readonly object: string;
  /** Absent: every field travels in `custom`. */
  readonly template?: MappingTemplate | undefined;
  /** Canonical field → field. */
  readonly filterable: Readonly<Record<string, string>>;
  /** Reference → field. `idempotencyKey` is among them where there is an external id field. */
  readonly findBy: Readonly<Record<string, string>>;
  readonly externalIdField?: string | undefined;
  readonly lines?: EntityLines | undefined;
  /** The row as the template wants it, where Salesforce has it in several forms. */
  readonly prepareRow?: ((row: SalesforceRow) => SalesforceRow) | undefined;
  /** The record as the template wants it, where other systems write it in another form. */
  readonly prepareRecord?: (<Record extends object>(record: Record) => Record) | undefined;
  /** What a new record gets where it says nothing. */
  readonly prepareCreate?: ((fields: SalesforceFields) => SalesforceFields) | undefined;
  readonly capabilities: EntityCapabilities;
}
