import type { FieldDescription } from '../../contract/entity-description.ts';

// Marks that systems put on the names of fields which the customer made.
const marks: readonly RegExp[] = [
  /__c$/i,
  /^YY1_/i,
  /_SDH$/,
  /^ZZ_?(?=[A-Z0-9])/,
  /^Z_/,
  /^cust(?:body|col|entity|item|record)_?/i,
  /^(?:new|cr[0-9a-f]{3,5})_/,
];
const freeFields = /^(?:GLOBAL_)?ATTRIBUTE(?:_?CATEGORY|\d+)$/i;

/** Whether a field is the customer's own: the system says so, or its name does. */
export const isCustomerField = ({ name, custom }: FieldDescription): boolean => {
  const own = name.slice(name.lastIndexOf('.') + 1);
  return custom || freeFields.test(own) || marks.some((mark) => mark.test(own));
};

/** A name without the mark of a customer's field, and without the prefix of a Dynamics solution. */
export const withoutCustomerMark = (name: string): string =>
  marks.reduce((left, mark) => left.replace(mark, ''), name.replace(/^msdyn_/, ''));
