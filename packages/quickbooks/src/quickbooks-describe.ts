import {
  type CallOptions,
  describeTemplate,
  type EntityDescription,
  type FieldDescription,
} from '@common/connector-core';
import type { QuickbooksTarget } from './decode-rows.ts';
import { customFieldPrefix } from './templates/quickbooks-codecs.ts';

/**
 * The fields of an entity. QuickBooks does not describe itself, so they are those that the connector
 * knows, and the custom fields that the preferences of the company name.
 */
export async function describeEntity(
  { entity, mapping, session }: QuickbooksTarget,
  call: CallOptions,
): Promise<EntityDescription> {
  const { template } = mapping;
  const description = describeTemplate(template, ['Id']);
  const preferences = await session.preferences(call);
  const defined =
    (entity.name === 'purchaseOrder' ? preferences?.purchaseFields : preferences?.salesFields) ??
    [];
  const isSales = ['Invoice', 'CreditMemo', 'Estimate', 'SalesReceipt'].includes(entity.resource);
  const custom = isSales || entity.name === 'purchaseOrder' ? defined : [];
  const names = [
    ...(template.custom?.names ?? []),
    ...custom.map(({ name }) => `${customFieldPrefix}${name}`),
  ];
  const known = new Set(description.fields.map(({ name }) => name));
  const passed = names
    .filter((name) => !known.has(name))
    .map(
      (name): FieldDescription => ({
        name,
        canonical: `custom.${name}`,
        type: name.startsWith(customFieldPrefix) ? 'StringType' : 'json',
        nullable: true,
        creatable: true,
        updatable: true,
        custom: true,
      }),
    );
  // A constant and a condition may map one property in several ways.
  const fields = [...new Map(description.fields.map((field) => [field.name, field])).values()];
  return { ...description, fields: [...fields, ...passed] };
}
