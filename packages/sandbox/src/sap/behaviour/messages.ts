import type { SapMessage } from '../odata/fault.ts';

type Build = (...values: readonly string[]) => SapMessage;

const error =
  (code: string, text: (...values: readonly string[]) => string, target?: string): Build =>
  (...values) => ({
    code,
    message: text(...values),
    severity: 'error',
    ...(target === undefined ? {} : { target }),
  });

/**
 * Messages of the purchasing application. Classes and numbers are what purchasing uses or comes
 * close to; they are not verified against a live system [G].
 */
export const messages = {
  required: (field: string): SapMessage => ({
    code: 'ME/083',
    message: `Enter ${field.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')}`,
    severity: 'error',
    target: field,
  }),
  unknownCompanyCode: error(
    'F5/165',
    (code) => `Company code ${code} does not exist`,
    'CompanyCode',
  ),
  unknownPurchasingOrganization: error(
    '06/040',
    (code) => `Purchasing organization ${code} does not exist`,
    'PurchasingOrganization',
  ),
  foreignPurchasingOrganization: error(
    '06/295',
    (organization, company) =>
      `Purchasing organization ${organization} not responsible for company code ${company}`,
    'PurchasingOrganization',
  ),
  unknownPurchasingGroup: error(
    '06/041',
    (code) => `Purchasing group ${code} not defined`,
    'PurchasingGroup',
  ),
  unknownOrderType: error(
    '06/043',
    (code) => `Document type ${code} not allowed`,
    'PurchaseOrderType',
  ),
  unknownCurrency: error('SG/105', (code) => `Currency ${code} is not defined`, 'DocumentCurrency'),
  unknownSupplier: error('06/321', (number) => `Supplier ${number} does not exist`, 'Supplier'),
  blockedSupplier: error(
    '06/024',
    (number) => `Supplier ${number} is blocked for purchasing`,
    'Supplier',
  ),
  supplierNotExtended: error(
    'ME/027',
    (number, organization) =>
      `Supplier ${number} not created for purchasing organization ${organization}`,
    'Supplier',
  ),
  unknownPlant: error('06/136', (plant) => `Plant ${plant} does not exist`, 'Plant'),
  foreignPlant: error(
    '06/138',
    (plant, company) => `Plant ${plant} not assigned to company code ${company}`,
    'Plant',
  ),
  unknownMaterial: error(
    'M3/305',
    (material) => `Material ${material} does not exist or is not activated`,
    'Material',
  ),
  deletedMaterial: error(
    'M3/024',
    (material) => `Material ${material} is marked for deletion`,
    'Material',
  ),
  materialNotInPlant: error(
    'M3/351',
    (material, plant) => `Material ${material} not maintained in plant ${plant}`,
    'Material',
  ),
  accountAssignmentRequired: error(
    'ME/062',
    () => 'Account assignment mandatory for an item without material (enter acc. ass. cat.)',
    'AccountAssignmentCategory',
  ),
  quantityNotPositive: error(
    '06/022',
    () => 'Order quantity must be greater than zero',
    'OrderQuantity',
  ),
  unknownUnit: error(
    'BM/302',
    (unit) => `Unit ${unit} is not created in language EN`,
    'PurchaseOrderQuantityUnit',
  ),
  inconvertibleUnit: error(
    'ME/306',
    (unit, material) => `Conversion of unit ${unit} not maintained for material ${material}`,
    'PurchaseOrderQuantityUnit',
  ),
  priceUnitNotPositive: error(
    '06/215',
    () => 'Price unit must be greater than zero',
    'NetPriceQuantity',
  ),
  inconvertiblePriceUnit: error(
    'ME/307',
    (unit, orderUnit) =>
      `Order price unit ${unit} cannot be converted into order unit ${orderUnit}`,
    'OrderPriceUnit',
  ),
  priceNegative: error('06/216', () => 'Net price must not be negative', 'NetPriceAmount'),
  invalidExchangeRate: error(
    '00/058',
    (rate) => `Exchange rate ${rate} is not a number`,
    'ExchangeRate',
  ),
  noItems: error('06/261', () => 'Purchase order contains no items'),
  itemExists: error('06/046', (item) => `Item ${item} already exists`, 'PurchaseOrderItem'),
  itemDeleted: error('06/115', (item) => `Item ${item} is deleted and cannot be changed`),
  orderDeleted: error(
    '06/016',
    (order) => `Purchase order ${order} is deleted and cannot be changed`,
  ),
  unknownOrder: error(
    '06/019',
    (order) => `Purchase order ${order} does not exist`,
    'PurchaseOrder',
  ),
  unknownItem: error('06/020', (item) => `Item ${item} does not exist`, 'PurchaseOrderItem'),
  fullyDelivered: error(
    '06/103',
    (item) => `Item ${item} is fully delivered; its quantity cannot be reduced`,
    'OrderQuantity',
  ),
  lastScheduleLine: error('06/202', () => 'An item needs at least one schedule line'),
  locked: error('06/048', (order, user) => `Purchase order ${order} is being processed by ${user}`),
  deliveryDateInPast: (date: string): SapMessage => ({
    code: '06/039',
    message: `Can delivery date ${date} be met? It lies in the past`,
    severity: 'warning',
    target: 'ScheduleLineDeliveryDate',
  }),
  quantitiesDiffer: (): SapMessage => ({
    code: 'ME/075',
    message: 'The order quantity was set to the total of the schedule lines',
    severity: 'warning',
    target: 'OrderQuantity',
  }),
} as const;
