/** One property of an entity. */
export interface Field {
  readonly kind: 'text' | 'flag' | 'number' | 'date' | 'enum' | 'reference' | 'shape' | 'list';
  /** Set by the service; what a caller sends is ignored. */
  readonly isReadOnly?: boolean;
  readonly isRequired?: boolean;
  readonly maxLength?: number;
  readonly values?: readonly string[];
}

export type Fields = Readonly<Record<string, Field>>;

export const text = (maxLength = 4_000): Field => ({ kind: 'text', maxLength });
export const flag: Field = { kind: 'flag' };
export const number: Field = { kind: 'number' };
export const date: Field = { kind: 'date' };
/** `{ value, name }`; what it points at is told by its name, see `referenceTargets`. */
export const reference: Field = { kind: 'reference' };
/** An object that is stored as it comes: an address, an e-mail address. It cannot be queried. */
export const shape: Field = { kind: 'shape' };
export const list: Field = { kind: 'list' };
export const oneOf = (...values: readonly string[]): Field => ({ kind: 'enum', values });
export const required = (field: Field): Field => ({ ...field, isRequired: true });
export const readOnly = (field: Field): Field => ({ ...field, isReadOnly: true });
