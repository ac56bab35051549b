import type { ODataVersion } from '../literals/edm-type.ts';
import { formatLiteral } from '../literals/format-literal.ts';

/** One column of the order, with the value of the last record read. */
export interface KeysetColumn {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

/**
 * Writes "everything behind this record" for an ascending order by `columns`, not yet
 * percent-encoded: `A gt x or A eq x and K gt 'y'`. There are no parentheses; a further condition is
 * repeated in every branch: `C eq 1 and A gt x or C eq 1 and A eq x and K gt 'y'`. Order the request
 * by the same columns.
 */
export function keysetFilter(input: {
  readonly columns: readonly KeysetColumn[];
  /** A condition that holds besides, without `or` outside parentheses. */
  readonly where?: string | undefined;
  readonly version: ODataVersion;
}): string {
  const literals = input.columns.map(({ type, value }) =>
    formatLiteral({ type, value, version: input.version }),
  );
  return input.columns
    .map((column, index) => {
      const equal = input.columns
        .slice(0, index)
        .map(({ name }, position) => `${name} eq ${literals[position]}`);
      const where = input.where === undefined || input.where === '' ? [] : [input.where];
      return [...where, ...equal, `${column.name} gt ${literals[index]}`].join(' and ');
    })
    .join(' or ');
}
