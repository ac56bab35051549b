import { type Numbered, numberSource } from './number-source.ts';

/** A source whose records are put and removed between runs; it shows no deletions. */
export function editedSource() {
  const texts = new Map<string, string>();
  const recordOf = (key: string): Numbered => ({
    source: { system: 'numbers', entity: 'item', key },
    number: key,
    text: texts.get(key) ?? '',
  });
  return {
    texts,
    connector: {
      ...numberSource({ count: 0, pageSize: 5 }),
      get: async (_entity: string, key: string) =>
        (texts.has(key) ? recordOf(key) : undefined) as never,
      async *list() {
        const keys = [...texts.keys()].sort();
        for (let from = 0; from === 0 || from < keys.length; from += 5) {
          const records = keys.slice(from, from + 5).map(recordOf);
          yield { records: records as never, checkpoint: { from }, totalCount: keys.length };
        }
      },
    } satisfies ReturnType<typeof numberSource>,
  };
}
