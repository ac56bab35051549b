/** Some vendors keep what was deleted, and mark it or each of its lines. */
export function isMarkedDeleted(record: object): boolean {
  const { isDeleted, isMarkedForDeletion, lines } = record as {
    readonly isDeleted?: boolean;
    readonly isMarkedForDeletion?: boolean;
    readonly lines?: readonly object[];
  };
  const areLinesMarked = lines !== undefined && lines.length > 0 && lines.every(isMarkedDeleted);
  return isDeleted === true || isMarkedForDeletion === true || areLinesMarked;
}
