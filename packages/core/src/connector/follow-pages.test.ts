import { describe, expect, it } from 'vitest';
import { followPages } from './follow-pages.ts';

interface Page {
  readonly items: readonly number[];
  readonly next?: string | null;
}
const pages: Readonly<Record<string, Page>> = {
  start: { items: [1, 2], next: 'b' },
  b: { items: [3], next: 'c' },
  c: { items: [4], next: null },
};

function follow(book: Readonly<Record<string, Page>>, start?: string) {
  const asked: (string | undefined)[] = [];
  const read = async (cursor: string | undefined): Promise<Page> => {
    asked.push(cursor);
    return book[cursor ?? 'start']!;
  };
  return { asked, pages: followPages({ system: 'acme', start, read, next: (page) => page.next }) };
}

describe('followPages', () => {
  it('reads to the last page', async () => {
    const items: number[] = [];
    for await (const page of follow(pages).pages) items.push(...page.items);
    expect(items).toEqual([1, 2, 3, 4]);
  });

  it('begins at a cursor', async () => {
    const { asked, pages: rest } = follow(pages, 'c');
    for await (const page of rest) expect(page.items).toEqual([4]);
    expect(asked).toEqual(['c']);
  });

  it('reads no further than it is asked', async () => {
    const { asked, pages: some } = follow(pages);
    for await (const _page of some) break;
    expect(asked).toEqual([undefined]);
  });

  it.each([
    ['to itself', { start: { items: [1], next: 'b' }, b: { items: [2], next: 'b' } }],
    [
      'in a circle',
      {
        start: { items: [1], next: 'b' },
        b: { items: [], next: 'c' },
        c: { items: [], next: 'b' },
      },
    ],
  ])('refuses a page that leads %s', async (_how, book) => {
    const drain = async (): Promise<void> => {
      for await (const _page of follow(book).pages);
    };
    await expect(drain()).rejects.toMatchObject({ code: 'ERR_PAGINATION_LOOP', system: 'acme' });
  });
});
