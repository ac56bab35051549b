import type { FieldDefinition, Value } from './object-definition.ts';

type Extra = Partial<Omit<FieldDefinition, 'name' | 'type'>>;

/** Short forms, so that an object reads as a list of its fields. */
export const text = (name: string, length: number, extra: Extra = {}): FieldDefinition => ({
  name,
  type: 'string',
  length,
  ...extra,
});
export const longText = (name: string, length = 32_000, extra: Extra = {}): FieldDefinition => ({
  name,
  type: 'textarea',
  length,
  ...extra,
});
export const field = (
  name: string,
  type: FieldDefinition['type'],
  extra: Extra = {},
): FieldDefinition => ({ name, type, ...extra });
export const flag = (name: string, defaultValue = false, extra: Extra = {}): FieldDefinition => ({
  name,
  type: 'boolean',
  defaultValue,
  ...extra,
});
export const money = (name: string, extra: Extra = {}): FieldDefinition => ({
  name,
  type: 'currency',
  ...extra,
});
export const picklist = (
  name: string,
  values: readonly string[],
  extra: Extra = {},
): FieldDefinition => ({ name, type: 'picklist', picklist: values, ...extra });
export const reference = (name: string, target: string, extra: Extra = {}): FieldDefinition => ({
  name,
  type: 'reference',
  referenceTo: [target],
  ...extra,
});
export const autoNumber = (name: string, digits: number, prefix = ''): FieldDefinition => ({
  name,
  type: 'string',
  length: 30,
  autoNumber: { digits, prefix },
});
export const computed = (
  definition: FieldDefinition,
  compute: NonNullable<FieldDefinition['compute']>,
): FieldDefinition => ({ ...definition, compute });

/** The key of another system, as most integrations add one. */
export const erpId = (name = 'ERP_Id__c'): FieldDefinition =>
  text(name, 80, { label: 'ERP Id', externalId: true, unique: true });

export const owner = (): FieldDefinition => reference('OwnerId', 'User', { label: 'Owner ID' });

/** An address: its parts, and the compound field over them. */
export function address(name: string): readonly FieldDefinition[] {
  const prefix = name.replace(/Address$/, '');
  const part = (partName: string, length: number): FieldDefinition =>
    text(`${prefix}${partName}`, length, { compoundFieldName: name });
  return [
    { ...part('Street', 255), type: 'textarea' },
    part('City', 40),
    part('State', 80),
    part('PostalCode', 20),
    part('Country', 80),
    { name, type: 'address' },
  ];
}

export const joined = (...parts: readonly (Value | undefined)[]): string =>
  parts.filter((part) => part !== null && part !== undefined).join(' ');
