import {
  companyCodes,
  currencies,
  purchaseOrderTypes,
  purchasingGroups,
  purchasingOrganizations,
} from '../model/organization.ts';
import type { Behaviour, WriteContext } from '../odata/behaviour.ts';
import { decimalPattern } from '../odata/decimal.ts';
import type { Draft } from '../odata/draft.ts';
import { businessFault } from '../odata/fault.ts';
import type { Row, Value } from '../odata/model.ts';
import { createChildren, createPlainly } from '../odata/write.ts';
import { messages } from './messages.ts';
import type { PurchasingContext } from './purchase-orders.ts';

/** Fails when somebody has the order open or it is deleted; gives the current header. */
export function openForChange(
  order: string,
  context: WriteContext,
  { locks }: PurchasingContext,
): Row {
  const lockedBy = locks.get(order);
  if (lockedBy !== undefined) throw businessFault([messages.locked(order, lockedBy)]);
  const header = context.store.table('purchaseOrder').get({ PurchaseOrder: order });
  if (!header) throw businessFault([messages.unknownOrder(order)]);
  if (header.PurchasingDocumentDeletionCode === 'L') {
    throw businessFault([messages.orderDeleted(order)]);
  }
  return header;
}

/** Moves the header's change time after a change of a part of the order. */
export function touchHeader(
  order: string,
  context: WriteContext,
  { headerTimestampOnItemChange }: PurchasingContext,
): void {
  const table = context.store.table('purchaseOrder');
  const header = table.get({ PurchaseOrder: order });
  if (!header || header.changeStamp === context.stamp()) return;
  table.replace(header, {
    changeStamp: context.stamp(),
    ...(headerTimestampOnItemChange ? { LastChangeDateTime: context.stamp() } : {}),
  });
}

/** The header: internal number, defaults from the supplier, all that is wrong in one answer. */
export function purchaseOrderHeader(purchasing: PurchasingContext): Behaviour {
  return {
    create(draft, context) {
      const values = completeHeader(draft, context);
      checkHeader(values, context);
      const items = draft.children.get('purchaseOrderItem')?.drafts ?? [];
      if (items.length === 0) context.report(messages.noItems());
      // Items hang below the header, so they wait until it has its number.
      const header = createPlainly({ ...draft, children: new Map() }, context, {
        ...values,
        PurchaseOrder: purchasing.nextNumber(),
        PurchasingProcessingStatus: '02',
        PurchasingCompletenessStatus: true,
        CreatedByUser: context.user,
        CreationDate: context.today(),
        LastChangeDateTime: context.stamp(),
        changeStamp: context.stamp(),
      });
      createChildren(draft, header, context);
      return header;
    },
    update(row, changes, context) {
      openForChange(String(row.PurchaseOrder), context, purchasing);
      const changed = { ...row, ...changes };
      checkChoices(changed, context);
      return context.store.table('purchaseOrder').replace(row, {
        ...changes,
        LastChangeDateTime: context.stamp(),
        changeStamp: context.stamp(),
      });
    },
    remove(row, context) {
      const order = String(row.PurchaseOrder);
      openForChange(order, context, purchasing);
      const deleted = { PurchasingDocumentDeletionCode: 'L' };
      const items = context.store.table('purchaseOrderItem');
      for (const item of items.find(['PurchaseOrder'], row)) items.replace(item, deleted);
      context.store.table('purchaseOrder').replace(row, {
        ...deleted,
        LastChangeDateTime: context.stamp(),
        changeStamp: context.stamp(),
      });
    },
  };
}

type Values = Readonly<Record<string, Value>>;

/** Fills what the supplier's purchasing data know. */
function completeHeader({ values }: Draft, { store, today }: WriteContext): Values {
  const terms = store.table('supplierPurchasingOrg').get({
    Supplier: values.Supplier ?? '',
    PurchasingOrganization: values.PurchasingOrganization ?? '',
  });
  const fallback: Values = {
    PurchaseOrderDate: today(),
    Language: 'EN',
    ExchangeRate: '1.00000',
    InvoicingParty: values.Supplier ?? '',
    ...(terms && {
      PaymentTerms: terms.PaymentTerms!,
      DocumentCurrency: terms.PurchaseOrderCurrency!,
      PurchasingGroup: terms.PurchasingGroup!,
      IncotermsClassification: terms.IncotermsClassification!,
      IncotermsLocation1: terms.IncotermsLocation1!,
    }),
  };
  const given = Object.entries(values).filter(([, value]) => value !== '' && value !== null);
  return { ...values, ...fallback, ...Object.fromEntries(given) };
}

const requiredFields = [
  'CompanyCode',
  'PurchaseOrderType',
  'Supplier',
  'PurchasingOrganization',
  'PurchasingGroup',
  'DocumentCurrency',
];

function checkHeader(values: Values, context: WriteContext): void {
  const { report, store } = context;
  for (const field of requiredFields) {
    if ((values[field] ?? '') === '') report(messages.required(field));
  }
  const text = (field: string): string => String(values[field] ?? '');
  const company = companyCodes.find(({ companyCode }) => companyCode === text('CompanyCode'));
  if (text('CompanyCode') !== '' && !company) {
    report(messages.unknownCompanyCode(text('CompanyCode')));
  }
  const organization = text('PurchasingOrganization');
  if (organization !== '' && !purchasingOrganizations.includes(organization)) {
    report(messages.unknownPurchasingOrganization(organization));
  } else if (company && organization !== '' && company.purchasingOrganization !== organization) {
    report(messages.foreignPurchasingOrganization(organization, company.companyCode));
  }
  const orderType = text('PurchaseOrderType');
  if (orderType !== '' && !purchaseOrderTypes.includes(orderType)) {
    report(messages.unknownOrderType(orderType));
  }
  const number = text('Supplier');
  const supplier = store.table('supplier').get({ Supplier: number });
  if (number !== '' && !supplier) report(messages.unknownSupplier(number));
  if (supplier) checkSupplier(supplier, organization, context);
  checkChoices(values, context);
}

function checkSupplier(supplier: Row, organization: string, { report, store }: WriteContext): void {
  const number = String(supplier.Supplier);
  const terms = store
    .table('supplierPurchasingOrg')
    .get({ Supplier: number, PurchasingOrganization: organization });
  if (supplier.PurchasingIsBlocked === true || terms?.PurchasingIsBlockedForSupplier === true) {
    report(messages.blockedSupplier(number));
  }
  if (!terms && purchasingOrganizations.includes(organization)) {
    report(messages.supplierNotExtended(number, organization));
  }
}

function checkChoices(values: Values, { report }: WriteContext): void {
  const group = String(values.PurchasingGroup ?? '');
  if (group !== '' && !purchasingGroups.includes(group)) {
    report(messages.unknownPurchasingGroup(group));
  }
  const currency = String(values.DocumentCurrency ?? '');
  if (currency !== '' && !currencies.includes(currency)) {
    report(messages.unknownCurrency(currency));
  }
  // V2 has the rate as a text, V4 as a decimal.
  const rate = String(values.ExchangeRate ?? '');
  if (rate !== '' && !decimalPattern.test(rate)) report(messages.invalidExchangeRate(rate));
}
