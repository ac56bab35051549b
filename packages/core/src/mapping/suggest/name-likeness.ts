// What identifies, counts or dates a thing weighs less than the thing.
const lightMeanings: { readonly [meaning: string]: number } = {
  number: 0.5,
  id: 0.5,
  code: 0.35,
  date: 0.6,
  name: 0.7,
  reference: 0.5,
  last: 0.15,
  type: 0.8,
  line: 0.8,
  item: 0.8,
  amount: 0.7,
  organization: 0.7,
  freeform: 0.1,
  '2': 0.7,
};
const contextWeight = 0.12;
// A word of the surroundings that only one side has: `PurchaseOrderType` for `type`.
const contextMiss = 0.3;
// The name of a thing beside its number: `vendorName` is not the vendor.
const heavyMiss = 1.5;

const nearMeanings: readonly (readonly [string, string, number])[] = [
  ['number', 'id', 0.85],
  ['number', 'code', 0.7],
  ['id', 'code', 0.7],
  ['reference', 'id', 0.75],
  ['reference', 'number', 0.75],
  ['reference', 'code', 0.6],
  ['item', 'product', 0.9],
  ['item', 'line', 0.85],
  ['price', 'cost', 0.75],
  ['date', 'time', 0.6],
  ['category', 'group', 0.85],
  ['category', 'type', 0.4],
  ['note', 'description', 0.7],
  ['location', 'plant', 0.6],
  ['kind', 'type', 0.8],
  ['expected', 'requested', 0.85],
  ['expected', 'confirmed', 0.5],
  ['receipt', 'delivery', 0.7],
  ['total', 'gross', 0.6],
  ['total', 'net', 0.4],
  ['direct', 'net', 0.5],
  ['partner', 'customer', 0.7],
  ['partner', 'supplier', 0.7],
];
const nearTo: ReadonlyMap<string, ReadonlyMap<string, number>> = nearnessByMeaning();

function nearnessByMeaning(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const near = new Map<string, Map<string, number>>();
  const put = (from: string, to: string, likeness: number) =>
    near.set(from, (near.get(from) ?? new Map<string, number>()).set(to, likeness));
  for (const [left, right, likeness] of nearMeanings) {
    put(left, right, likeness);
    put(right, left, likeness);
  }
  return near;
}

const weightOf = (meaning: string, context: ReadonlySet<string>): number =>
  context.has(meaning) ? contextWeight : (lightMeanings[meaning] ?? 1);
const missOf = (meaning: string, context: ReadonlySet<string>): number =>
  weightOf(meaning, context) * (context.has(meaning) ? contextMiss : 1);

/**
 * How much two names mean the same, from 0 to 1: the weight of the meanings that they share in that of
 * all. Meanings of the `context`, the record itself, weigh next to nothing.
 */
export function nameLikeness(
  vendor: readonly string[],
  canonical: readonly string[],
  context: ReadonlySet<string>,
): number {
  let shared = 0;
  let all = 0;
  // What is the same finds itself before what is only near takes it away.
  const left = canonical.filter((meaning) => {
    if (!vendor.includes(meaning)) return true;
    shared += 2 * weightOf(meaning, context);
    return false;
  });
  all += shared;
  for (const meaning of vendor) {
    if (canonical.includes(meaning)) continue;
    const near = nearest(meaning, left);
    if (near === undefined) {
      all += meaning === 'name' ? heavyMiss : missOf(meaning, context);
      continue;
    }
    left.splice(left.indexOf(near.meaning), 1);
    const weight = weightOf(meaning, context) + weightOf(near.meaning, context);
    shared += weight * near.likeness;
    all += weight;
  }
  if (shared === 0) return 0;
  for (const meaning of left) all += missOf(meaning, context);
  return shared / all;
}

function nearest(
  meaning: string,
  others: readonly string[],
): { readonly meaning: string; readonly likeness: number } | undefined {
  const near = nearTo.get(meaning);
  if (near === undefined) return undefined;
  let best: string | undefined;
  let bestLikeness = 0;
  for (const other of others) {
    const likeness = near.get(other) ?? 0;
    if (likeness > bestLikeness) [best, bestLikeness] = [other, likeness];
  }
  return best === undefined ? undefined : { meaning: best, likeness: bestLikeness };
}
