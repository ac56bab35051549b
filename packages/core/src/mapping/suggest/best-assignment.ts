/**
 * Pairs rows and columns one to one such that the sum of their scores is the highest that there is
 * (Kuhn and Munkres, with potentials: rows² × columns steps). A score of 0 is no pair.
 *
 * @returns the column of every row, or -1
 */
export function bestAssignment(scores: readonly (readonly number[])[]): readonly number[] {
  const rows = scores.length;
  const given = scores[0]?.length ?? 0;
  // A column of nothing for every row, so that a row may stay alone.
  const columns = given + rows;
  const cost = (row: number, column: number) => -(scores[row - 1]?.[column - 1] ?? 0);
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row += 1) {
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const cameFrom = new Int32Array(columns + 1);
    const isDone = new Uint8Array(columns + 1);
    rowOf[0] = row;
    let column = 0;
    do {
      isDone[column] = 1;
      const current = rowOf[column] as number;
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other <= columns; other += 1) {
        if (isDone[other]) continue;
        const reduced =
          cost(current, other) -
          (rowPotential[current] as number) -
          (columnPotential[other] as number);
        if (reduced < (least[other] as number)) {
          least[other] = reduced;
          cameFrom[other] = column;
        }
        if ((least[other] as number) < step) {
          step = least[other] as number;
          next = other;
        }
      }
      for (let other = 0; other <= columns; other += 1) {
        if (isDone[other]) {
          const held = rowOf[other] as number;
          rowPotential[held] = (rowPotential[held] as number) + step;
          columnPotential[other] = (columnPotential[other] as number) - step;
        } else least[other] = (least[other] as number) - step;
      }
      column = next;
    } while (rowOf[column] !== 0);
    do {
      const previous = cameFrom[column] as number;
      rowOf[column] = rowOf[previous] as number;
      column = previous;
    } while (column !== 0);
  }
  const columnOf = new Array<number>(rows).fill(-1);
  for (let column = 1; column <= given; column += 1) {
    const row = rowOf[column] as number;
    if (row > 0 && (scores[row - 1]?.[column - 1] ?? 0) > 0) columnOf[row - 1] = column - 1;
  }
  return columnOf;
}
