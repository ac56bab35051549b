import { areConvertible, companyCodes, isKnownUnit } from '../model/organization.ts';
import type { Behaviour, Changes, WriteContext } from '../odata/behaviour.ts';
import { addDecimals, compareDecimals, isPositive } from '../odata/decimal.ts';
import type { Draft } from '../odata/draft.ts';
import { businessFault } from '../odata/fault.ts';
import { addDays } from '../odata/instant.ts';
import type { Row, Value } from '../odata/model.ts';
import { createChildren } from '../odata/write.ts';
import { messages } from './messages.ts';
import { nextPosition } from './number-range.ts';
import { openForChange, touchHeader } from './purchase-order-header.ts';
import { itemAmounts, type PurchasingContext } from './purchase-orders.ts';
import { reportPastDate, spreadQuantity } from './schedule-lines.ts';

type Values = Readonly<Record<string, Value>>;

/** Items: numbers in steps of ten, defaults from the material, quantities in step with schedule lines. */
export function purchaseOrderItem(purchasing: PurchasingContext): Behaviour {
  return {
    create(draft, context) {
      const order = String(draft.values.PurchaseOrder ?? '');
      const header = openForChange(order, context, purchasing);
      const values = numberItem(completeItem(draft, header, context), context);
      checkItem(values, header, context);
      return insertItem({ draft, values }, context, purchasing);
    },
    update(row, changes, context) {
      const order = String(row.PurchaseOrder);
      const header = openForChange(order, context, purchasing);
      if (row.PurchasingDocumentDeletionCode === 'L') {
        throw businessFault([messages.itemDeleted(String(row.PurchaseOrderItem))]);
      }
      const changed = { ...row, ...changes };
      checkItem(changed, header, context, row);
      checkReduction(row, changes, context);
      const stored = context.store
        .table('purchaseOrderItem')
        .replace(row, { ...changes, ...safeAmounts(changed) });
      if (stored.OrderQuantity !== row.OrderQuantity) spreadQuantity(stored, context);
      touchHeader(order, context, purchasing);
      return stored;
    },
    remove(row, context) {
      const order = String(row.PurchaseOrder);
      openForChange(order, context, purchasing);
      context.store
        .table('purchaseOrderItem')
        .replace(row, { PurchasingDocumentDeletionCode: 'L' });
      touchHeader(order, context, purchasing);
    },
  };
}

function insertItem(
  { draft, values }: { readonly draft: Draft; readonly values: Values },
  context: WriteContext,
  purchasing: PurchasingContext,
): Row {
  const table = context.store.table('purchaseOrderItem');
  const lines = draft.children.get('purchaseOrderScheduleLine');
  const quantity = totalOf(lines?.drafts ?? [], String(values.OrderQuantity));
  if (lines && values.OrderQuantity !== '0.000' && quantity !== values.OrderQuantity) {
    context.report(messages.quantitiesDiffer());
  }
  const complete = { ...table.initial, ...values, OrderQuantity: quantity };
  if (!isPositive(quantity)) context.report(messages.quantityNotPositive());
  const item = table.insert({ ...complete, ...safeAmounts(complete) });
  insertScheduleLines({ item, drafts: lines?.drafts ?? [] }, context, purchasing);
  const others = [...draft.children].filter(([name]) => name !== 'purchaseOrderScheduleLine');
  createChildren({ ...draft, children: new Map(others) }, item, context);
  touchHeader(String(item.PurchaseOrder), context, purchasing);
  return item;
}

/** What the schedule lines sum up to; without quantities there, that of the item. */
function totalOf(lines: readonly Draft[], itemQuantity: string): string {
  const quantities = lines
    .map(({ values }) => values.ScheduleLineOrderQuantity)
    .filter((quantity) => quantity !== undefined);
  if (quantities.length < lines.length || lines.length === 0) return itemQuantity;
  return quantities.reduce<string>((sum, quantity) => addDecimals(sum, String(quantity)), '0.000');
}

function insertScheduleLines(
  { item, drafts }: { readonly item: Row; readonly drafts: readonly Draft[] },
  context: WriteContext,
  purchasing: PurchasingContext,
): void {
  const table = context.store.table('purchaseOrderScheduleLine');
  const given = drafts.length === 0 ? [{}] : drafts.map(({ values }) => values);
  given.forEach((values: Values, index) => {
    const date = values.ScheduleLineDeliveryDate;
    const line = table.insert({
      DelivDateCategory: '1',
      ScheduleLineOrderQuantity: given.length === 1 ? item.OrderQuantity! : '0.000',
      ...values,
      PurchasingDocument: item.PurchaseOrder!,
      PurchasingDocumentItem: item.PurchaseOrderItem!,
      ScheduleLine: String(values.ScheduleLine || index + 1),
      ScheduleLineDeliveryDate: date ?? addDays(context.today(), purchasing.defaultDeliveryDays),
      PurchaseOrderQuantityUnit: item.PurchaseOrderQuantityUnit!,
      Currency: item.DocumentCurrency!,
      OpenPurchaseOrderQuantity: values.ScheduleLineOrderQuantity ?? item.OrderQuantity!,
    });
    reportPastDate(line, context);
  });
}

/** A price unit of zero is reported elsewhere; it must not divide here. */
function safeAmounts(values: Values): Values {
  return isPositive(String(values.NetPriceQuantity)) ? itemAmounts(values) : {};
}

/** The given number or the next step of ten. */
function numberItem(values: Values, { store }: WriteContext): Values {
  const table = store.table('purchaseOrderItem');
  const given = String(values.PurchaseOrderItem ?? '');
  if (given !== '' && table.get(values)) throw businessFault([messages.itemExists(given)]);
  if (given !== '' && given !== '0') return values;
  const numbers = table
    .find(['PurchaseOrder'], values)
    .map((item) => String(item.PurchaseOrderItem));
  return { ...values, PurchaseOrderItem: nextPosition(numbers, 10) };
}

function completeItem({ values }: Draft, header: Row, { store }: WriteContext): Values {
  const Product = String(values.Material ?? '');
  const product = store.table('product').get({ Product });
  const texts = product ? store.table('productDescription').find(['Product'], product) : [];
  const text = texts.find(({ Language }) => Language === header.Language) ?? texts[0];
  const orderUnit = values.PurchaseOrderQuantityUnit || product?.BaseUnit || '';
  const fallback: Values = {
    OrderQuantity: '0.000',
    NetPriceAmount: '0.000',
    NetPriceQuantity: '1',
    PurchaseOrderQuantityUnit: orderUnit,
    OrderPriceUnit: orderUnit,
    OrderPriceUnitToOrderUnitNmrtr: '1',
    OrdPriceUnitToOrderUnitDnmntr: '1',
    PurchaseOrderItemText: text?.ProductDescription ?? '',
    MaterialGroup: product?.ProductGroup ?? '',
    InternationalArticleNumber: product?.ProductStandardID ?? '',
    GoodsReceiptIsExpected: true,
    InvoiceIsExpected: true,
    ProductType: '1',
    IncotermsClassification: header.IncotermsClassification!,
    IncotermsLocation1: header.IncotermsLocation1!,
  };
  const given = Object.entries(values).filter(([, value]) => value !== '' && value !== null);
  return {
    ...fallback,
    ...Object.fromEntries(given),
    BaseUnit: product?.BaseUnit ?? orderUnit,
    PurchaseOrderCategory: 'F',
    CompanyCode: header.CompanyCode!,
    DocumentCurrency: header.DocumentCurrency!,
  };
}

function checkItem(values: Values, header: Row, context: WriteContext, before?: Row): void {
  const { report } = context;
  const text = (field: string): string => String(values[field] ?? '');
  checkPlant(text('Plant'), String(header.CompanyCode), context);
  if (text('Material') !== '') {
    checkMaterial(text('Material'), text('Plant'), context);
    // Open orders of a material go on after it was marked; nobody orders it anew.
    if (before?.Material !== values.Material) checkOrderable(text('Material'), context);
  } else {
    if (text('PurchaseOrderItemText') === '') report(messages.required('PurchaseOrderItemText'));
    if (text('MaterialGroup') === '') report(messages.required('MaterialGroup'));
    if (text('AccountAssignmentCategory') === '') report(messages.accountAssignmentRequired());
  }
  checkUnits(values, context);
  if (!isPositive(text('NetPriceQuantity'))) report(messages.priceUnitNotPositive());
  if (compareDecimals(text('NetPriceAmount'), '0') < 0) report(messages.priceNegative());
  const isFree = values.PurchasingItemIsFreeOfCharge === true;
  if (!isFree && compareDecimals(text('NetPriceAmount'), '0') === 0) {
    report(messages.required('NetPriceAmount'));
  }
}

function checkPlant(plant: string, company: string, { report }: WriteContext): void {
  if (plant === '') report(messages.required('Plant'));
  else if (!companyCodes.some(({ plants }) => plants.includes(plant))) {
    report(messages.unknownPlant(plant));
  } else if (
    !companyCodes.some(
      ({ companyCode, plants }) => companyCode === company && plants.includes(plant),
    )
  ) {
    report(messages.foreignPlant(plant, company));
  }
}

function checkMaterial(material: string, plant: string, { store, report }: WriteContext): void {
  const product = store.table('product').get({ Product: material });
  if (!product) {
    report(messages.unknownMaterial(material));
    return;
  }
  if (plant !== '' && !store.table('productPlant').get({ Product: material, Plant: plant })) {
    report(messages.materialNotInPlant(material, plant));
  }
}

function checkOrderable(material: string, { store, report }: WriteContext): void {
  const product = store.table('product').get({ Product: material });
  if (product?.IsMarkedForDeletion === true) report(messages.deletedMaterial(material));
}

function checkUnits(values: Values, { store, report }: WriteContext): void {
  const material = String(values.Material ?? '');
  const orderUnit = String(values.PurchaseOrderQuantityUnit ?? '');
  const priceUnit = String(values.OrderPriceUnit ?? '');
  if (orderUnit === '') {
    report(messages.required('PurchaseOrderQuantityUnit'));
    return;
  }
  const units = store
    .table('productUnitOfMeasure')
    .find(['Product'], { Product: material })
    .map(({ AlternativeUnit }) => String(AlternativeUnit));
  const product = store.table('product').get({ Product: material });
  const allowed = product ? [String(product.BaseUnit), ...units] : [];
  const fits = (unit: string) => allowed.some((known) => areConvertible(known, unit));
  if (!isKnownUnit(orderUnit)) report(messages.unknownUnit(orderUnit));
  else if (product && !fits(orderUnit)) report(messages.inconvertibleUnit(orderUnit, material));
  if (priceUnit !== orderUnit && !areConvertible(priceUnit, orderUnit) && !fits(priceUnit)) {
    report(messages.inconvertiblePriceUnit(priceUnit, orderUnit));
  }
}

function checkReduction(row: Row, changes: Changes, { report }: WriteContext): void {
  const quantity = changes.OrderQuantity;
  if (quantity === undefined) return;
  if (!isPositive(String(quantity))) report(messages.quantityNotPositive());
  const isLess = compareDecimals(String(quantity), String(row.OrderQuantity)) < 0;
  if (isLess && row.IsCompletelyDelivered === true) {
    report(messages.fullyDelivered(String(row.PurchaseOrderItem)));
  }
}
