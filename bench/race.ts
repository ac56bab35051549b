/** Records per second of several readers, the median of some rounds. */
export async function race<Name extends string>(
  readers: Readonly<Record<Name, () => Promise<number>>>,
  { records, rounds }: { readonly records: number; readonly rounds: number },
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(readers) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  // The first rounds warm up.
  for (let round = -4; round < rounds; round += 1) {
    // Interleaved: what the machine does besides hits all alike.
    for (const name of names) {
      const begin = performance.now();
      const count = await readers[name]();
      if (count !== records) throw new Error(`${name} read ${count} of ${records} records.`);
      if (round >= 0) rates[name]!.push((records / (performance.now() - begin)) * 1000);
    }
  }
  const median = (name: Name) => rates[name]!.toSorted((a, b) => a - b)[rounds >> 1]!;
  return Object.fromEntries(names.map((name) => [name, median(name)])) as Record<Name, number>;
}
