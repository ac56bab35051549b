import type { EntityCapabilities } from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';

/** A record as QuickBooks writes it; decimals are strings of their digits. */
export type Row = { readonly [property: string]: unknown };

/** How a field can be queried. */
export interface QueryField {
  readonly property: string;
  /** `inactive`: true stands for `Active = false`. */
  readonly kind: 'text' | 'date' | 'instant' | 'inactive';
}

/** How an entity is read and written. */
export interface QuickbooksEntity {
  readonly name: string;
  /** Intuit's name, for example `Vendor`. */
  readonly resource: string;
  /**
   * `list`: has a unique name and is deactivated in place of being deleted. `transaction`: can be
   * deleted. `single`: the one of the company.
   */
  readonly kind: 'list' | 'transaction' | 'single';
  readonly template: MappingTemplate;
  /** What the company must not have twice, and finds a record again: a name, or a document number. */
  readonly natural?: { readonly canonical: string; readonly property: string } | undefined;
  /** Canonical field → property. */
  readonly filterable: Readonly<Record<string, QueryField>>;
  readonly hasCurrency: boolean;
  /** What reads are ordered by, unique in the company. Ids of tax codes are partly words. @default Id */
  readonly orderProperty?: 'Name' | undefined;
  /** Which lines are ours to map; others are kept as they are. */
  readonly lines?: LineShape | undefined;
  /** Whether the CDC operation knows it. */
  readonly hasCdc: boolean;
  /** How it is voided. */
  readonly voidBy?: 'operation' | 'include' | undefined;
  readonly capabilities: EntityCapabilities;
}

/** What distinguishes the lines that the template maps. */
export interface LineShape {
  readonly detailTypes?: readonly string[] | undefined;
  /** `TxnType` of the linked transaction, of payments. */
  readonly linkedType?: string | undefined;
  /** Made anew by QuickBooks with every write. */
  readonly computedTypes?: readonly string[] | undefined;
  /** Debit and credit in place of a sign. */
  readonly isSigned?: boolean | undefined;
}

/** Intuit writes path segments in lower case. */
export const pathOf = ({ resource }: Pick<QuickbooksEntity, 'resource'>): string =>
  resource.toLowerCase();

/** Ids are digits; those of tax codes may be words (`NON`). Nothing else is a key. */
export const isKey = (key: string): boolean => /^[\w-]{1,50}$/.test(key);
