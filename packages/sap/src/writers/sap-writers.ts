import type { SapEntities } from '../sap-entities.ts';
import type { SapEntity } from '../sap-entity.ts';
import type { SapConfiguration } from '../sap-settings.ts';
import { businessPartnerWriter } from './business-partner-writer.ts';
import type { EntityWriter } from './entity-writer.ts';
import { productWriter } from './product-writer.ts';
import { purchaseOrderWriter } from './purchase-order-writer.ts';

/** How each entity is written. */
export function sapWriters(
  entities: { readonly [Name in keyof SapEntities]: SapEntity },
  settings: SapConfiguration,
): { readonly [Name in keyof SapEntities]: EntityWriter } {
  return {
    product: productWriter(settings.language),
    customer: businessPartnerWriter('customer'),
    supplier: businessPartnerWriter('supplier'),
    purchaseOrder: purchaseOrderWriter(entities.purchaseOrder, settings),
  };
}
