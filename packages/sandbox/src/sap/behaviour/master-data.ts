import type { Behaviour, Behaviours, WriteContext } from '../odata/behaviour.ts';
import type { Draft } from '../odata/draft.ts';
import { businessFault } from '../odata/fault.ts';
import type { Row, Value } from '../odata/model.ts';
import { createChildren, createPlainly } from '../odata/write.ts';
import { createNumberRange } from './number-range.ts';

type Values = Readonly<Record<string, Value>>;

/** Change fields that every write of a product, or of what belongs to it, moves. */
export function productChange(stamp: string, user: string): Values {
  return {
    LastChangeDate: stamp.slice(0, 10),
    LastChangeDateTime: stamp,
    LastChangedByUser: user,
  };
}

const touchProduct: Behaviour = {
  afterWrite(row, context) {
    const table = context.store.table('product');
    const product = table.get(row);
    if (product) table.replace(product, productChange(context.stamp(), context.user));
  },
};

const product: Behaviour = {
  create(draft, context) {
    for (const field of ['Product', 'ProductType', 'BaseUnit']) {
      if (!draft.values[field]) {
        context.report({
          code: 'MM/314',
          message: `Enter ${field}`,
          severity: 'error',
          target: field,
        });
      }
    }
    return createPlainly(draft, context, {
      CreationDate: context.today(),
      CreatedByUser: context.user,
    });
  },
  ...touchProduct,
};

const withBaseUnit: Behaviour = {
  ...touchProduct,
  create(draft, context) {
    const owner = context.store.table('product').get(draft.values as Row);
    return createPlainly(draft, context, { BaseUnit: owner?.BaseUnit ?? '' });
  },
};

function partnerChange(stamp: string, user: string): Values {
  const LastChangeDate = stamp.slice(0, 10);
  const LastChangeTime = stamp.slice(11, 19);
  return {
    LastChangeDate,
    LastChangeTime,
    LastChangedByUser: user,
    ETag: `${user}${LastChangeDate.replaceAll('-', '')}${LastChangeTime.replaceAll(':', '')}`,
  };
}

const touchPartner: Behaviour = {
  afterWrite(row, context) {
    const table = context.store.table('businessPartner');
    const number = row.BusinessPartner ?? row.Supplier ?? row.Customer;
    const partner = table.get({ BusinessPartner: number ?? '' });
    if (partner) table.replace(partner, partnerChange(context.stamp(), context.user));
  },
};

function fullName(values: Values): string {
  const parts =
    values.BusinessPartnerCategory === '1'
      ? [values.FirstName, values.LastName]
      : [values.OrganizationBPName1, values.OrganizationBPName2];
  return parts.filter(Boolean).join(' ').slice(0, 81);
}

/** Customer and supplier take over number and name of their business partner. */
function createAccount(
  draft: Draft,
  context: WriteContext,
  account: { readonly table: 'customer' | 'supplier'; readonly partner: Row },
): void {
  const child = draft.children.get(account.table)?.drafts[0];
  if (!child) return;
  const name = String(account.partner.BusinessPartnerFullName);
  const [key, prefix] =
    account.table === 'customer' ? ['Customer', 'Customer'] : ['Supplier', 'Supplier'];
  const values: Values = {
    ...child.values,
    [key]: account.partner.BusinessPartner!,
    [`${prefix}Name`]: name,
    [`${prefix}FullName`]: name,
    CreatedByUser: context.user,
    CreationDate: context.today(),
  };
  const row = createPlainly({ ...child, values }, context);
  const table = context.store.table('businessPartner');
  const partner = table.get(account.partner) ?? account.partner;
  table.replace(partner, { [key]: row[key]! });
}

function createBusinessPartner(nextNumber: () => string): Behaviour {
  return {
    ...touchPartner,
    create(draft, context) {
      const category = draft.values.BusinessPartnerCategory;
      if (!category) {
        throw businessFault([
          {
            code: 'R11/401',
            message: 'Enter a business partner category',
            severity: 'error',
            target: 'BusinessPartnerCategory',
          },
        ]);
      }
      const name = fullName(draft.values);
      const given = draft.values.BusinessPartner;
      const accounts = new Set(['customer', 'supplier']);
      const partner = createPlainly({ ...draft, children: new Map() }, context, {
        BusinessPartner: given || nextNumber(),
        BusinessPartnerFullName: name,
        BusinessPartnerName: name,
        CreatedByUser: context.user,
        CreationDate: context.today(),
        CreationTime: context.stamp().slice(11, 19),
      });
      const others = [...draft.children].filter(([table]) => !accounts.has(table));
      createChildren({ ...draft, children: new Map(others) }, partner, context);
      createAccount(draft, context, { table: 'customer', partner });
      createAccount(draft, context, { table: 'supplier', partner });
      return context.store.table('businessPartner').get(partner) ?? partner;
    },
    update(row, changes, context) {
      const changed = { ...row, ...changes };
      const name = fullName(changed);
      return context.store
        .table('businessPartner')
        .replace(row, { ...changes, BusinessPartnerFullName: name, BusinessPartnerName: name });
    },
  };
}

/** Products and business partners: internal numbers, change times of the whole object. */
export function createMasterData(): Behaviours {
  const partners = createNumberRange(1_000_000);
  const addresses = createNumberRange(90_000);
  const address: Behaviour = {
    ...touchPartner,
    create: (draft, context) =>
      createPlainly(draft, context, {
        AddressID: draft.values.AddressID || addresses.next(),
        ValidityStartDate: `${context.today()}T00:00:00.0000000Z`,
        ValidityEndDate: '9999-12-31T00:00:00.0000000Z',
        FullName: String(
          context.store.table('businessPartner').get(draft.values as Row)
            ?.BusinessPartnerFullName ?? '',
        ),
      }),
  };
  return {
    product,
    productDescription: touchProduct,
    productPlant: withBaseUnit,
    productUnitOfMeasure: withBaseUnit,
    productProcurement: touchProduct,
    productSalesDelivery: withBaseUnit,
    productStorageLocation: touchProduct,
    productValuation: touchProduct,
    businessPartner: createBusinessPartner(partners.next),
    businessPartnerAddress: address,
    businessPartnerRole: touchPartner,
    businessPartnerTaxNumber: touchPartner,
    businessPartnerBank: touchPartner,
    supplier: touchPartner,
    supplierCompany: touchPartner,
    supplierPurchasingOrg: touchPartner,
    customer: touchPartner,
    customerCompany: touchPartner,
    customerSalesArea: touchPartner,
  };
}
