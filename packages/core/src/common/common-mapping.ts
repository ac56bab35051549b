import { decodeRecords } from '../connector/decode-records.ts';
import type { RecordFailure } from '../contract/record-page.ts';
import type { RecordPatch } from '../contract/record-write.ts';
import type { Amendment } from '../entities/amendment.ts';
import type { BusinessRelationship } from '../entities/business-relationship.ts';
import type { Company } from '../entities/company.ts';
import type { PurchaseOrder } from '../entities/purchase-order.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { compileTemplate, type MappingTemplate } from '../mapping/index.ts';
import type { CommonEntities } from './common-entities.ts';
import type { CommonPurchaseOrderInput } from './common-inputs.ts';
import type { CommonInvalidItem } from './common-page.ts';
import type {
  CommonBusinessRelationship,
  CommonCompany,
  CommonPurchaseOrder,
} from './common-wire.ts';
import {
  commonAmendmentTemplate,
  commonBusinessRelationshipTemplate,
  commonCompanyTemplate,
  commonPurchaseOrderTemplate,
} from './templates/index.ts';
import { toOrderPart, toOrderPartPatch } from './to-order-part.ts';

/** Templates in place of the shipped ones, usually made with `extendTemplate`. */
export type CommonTemplates = { readonly [E in keyof CommonEntities]?: MappingTemplate };

/** An amendment as Common's fields have it. */
export interface AmendmentInput {
  readonly amendment_status: 'proposed' | 'approved' | 'rejected';
  readonly proposed_quantity: string;
  readonly proposed_quantity_unit?: string | undefined;
  readonly amendment_reason?: string | undefined;
  readonly buyer_notes?: string | undefined;
}

/** Both directions between Common's records and canonical ones. Throws `ERR_MAPPING`. */
export interface CommonMappings {
  purchaseOrder(order: CommonPurchaseOrder): PurchaseOrder;
  /** `undefined` for an order that was never amended. */
  amendment(order: CommonPurchaseOrder): Amendment | undefined;
  company(company: CommonCompany): Company;
  businessRelationship(relationship: CommonBusinessRelationship): BusinessRelationship;
  /** @throws ConnectorError `ERR_VALIDATION` for an order that is no single-line one */
  toOrderInput(order: PurchaseOrder): CommonPurchaseOrderInput;
  /** The same of an update with only what changes. */
  toOrderPatch(order: RecordPatch<PurchaseOrder>): Partial<CommonPurchaseOrderInput>;
  toAmendmentInput(amendment: Amendment): AmendmentInput;
}

const amendmentStatuses: readonly unknown[] = ['proposed', 'approved', 'rejected'];

export function createCommonMappings(settings: {
  readonly currency: string;
  readonly templates?: CommonTemplates | undefined;
}): CommonMappings {
  const { currency, templates = {} } = settings;
  // A template of the user may know what to do with another currency.
  const isShipped = templates.purchaseOrder === undefined;
  const orders = compileTemplate<PurchaseOrder, object>(
    templates.purchaseOrder ?? commonPurchaseOrderTemplate(currency),
  );
  const amendments = compileTemplate<Amendment, object>(
    templates.amendment ?? commonAmendmentTemplate,
  );
  const companies = compileTemplate<Company, object>(templates.company ?? commonCompanyTemplate);
  const relationships = compileTemplate<BusinessRelationship, object>(
    templates.businessRelationship ?? commonBusinessRelationshipTemplate,
  );
  return {
    purchaseOrder: (order) => ({
      source: sourceOf('purchaseOrder', order),
      ...orders.decode(order),
    }),
    amendment: (order) =>
      amendmentStatuses.includes(order.amendment_status)
        ? {
            source: sourceOf('amendment', order),
            ...amendments.decode({
              ...order,
              proposed_quantity_unit: order.proposed_quantity_unit ?? order.unit,
            }),
          }
        : undefined,
    company: (company) => ({
      source: sourceOf('company', company),
      ...companies.decode(company),
    }),
    businessRelationship: (relationship) => ({
      source: sourceOf('businessRelationship', relationship),
      ...relationships.decode(relationship),
    }),
    toOrderInput(order) {
      if (isShipped) assertCurrency(order, currency);
      return orders.encode(toOrderPart(order)) as CommonPurchaseOrderInput;
    },
    toOrderPatch(order) {
      if (isShipped) assertCurrency(order, currency);
      return orders.encodePatch(toOrderPartPatch(order));
    },
    toAmendmentInput: (amendment) => amendments.encode(amendment) as AmendmentInput,
  };
}

/** The shipped template refuses it too, but cannot say what to do. */
function assertCurrency(order: RecordPatch<PurchaseOrder>, currency: string): void {
  if (order.currency === undefined || order.currency === currency) return;
  throw new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    path: 'currency',
    message: `The order is in ${order.currency}, but amounts on Common are in ${currency}: an order there has no currency of its own. Leave such orders out, or correct the setting currency (COMMON_CURRENCY).`,
  });
}

function sourceOf(
  entity: keyof CommonEntities,
  record: { readonly id: string; readonly updated_at?: string | undefined },
) {
  return {
    system: 'common',
    entity,
    key: record.id,
    ...(record.updated_at !== undefined && { revision: record.updated_at }),
  };
}

/** Decodes the items of a page; what cannot be decoded becomes a failure, beside what was no item at all. */
export function decodeItems<Item extends { readonly id: string }, Record>(
  page: { readonly items: readonly Item[]; readonly invalid: readonly CommonInvalidItem[] },
  decode: (item: Item) => Record | undefined,
): { readonly records: readonly Record[]; readonly failures: readonly RecordFailure[] } {
  const { records, failures } = decodeRecords(page.items, { decode, keyOf: (item) => item.id });
  return {
    records: records.filter((record) => record !== undefined),
    failures: [...page.invalid.map(({ id, error }) => ({ key: id, error })), ...failures],
  };
}
