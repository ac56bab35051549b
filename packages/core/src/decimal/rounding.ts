/**
 * What to do with digits that do not fit.
 *
 * - `exact`: refuse to lose a digit
 * - `half-even`: to the nearest, a tie to the even neighbour (banker's rounding)
 * - `half-up`: to the nearest, a tie away from zero
 * - `down`: towards zero
 */
export type Rounding = 'exact' | 'half-even' | 'half-up' | 'down';

export const roundings = ['exact', 'half-even', 'half-up', 'down'] as const;
