import { expect, it } from 'vitest';
import { gathered } from './gathered.ts';

function recorded() {
  const batches: { readonly items: readonly string[]; end(error?: Error): void }[] = [];
  const call = gathered<string>((items) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    batches.push({ items, end: (error) => (error === undefined ? resolve() : reject(error)) });
    return promise;
  });
  return { call, batches, items: () => batches.map((batch) => batch.items) };
}

/** Long enough for everything that does not wait for an end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('one call is worked on at once', async () => {
  const { call, batches, items } = recorded();
  const done = call('a');
  await settled();
  expect(items()).toEqual([['a']]);
  batches[0]?.end();
  await done;
});

it('what comes meanwhile goes together, behind it', async () => {
  const { call, batches, items } = recorded();
  const first = call('a');
  await settled();
  const others = [call('b'), call('c'), call('d')];
  await settled();
  expect(items()).toEqual([['a']]);
  batches[0]?.end();
  await first;
  await settled();
  expect(items()).toEqual([['a'], ['b', 'c', 'd']]);
  batches[1]?.end();
  await Promise.all(others);
});

it('a batch that fails fails for all of its calls, and for no others', async () => {
  const { call, batches } = recorded();
  const first = call('a');
  await settled();
  const others = [call('b'), call('c')];
  batches[0]?.end(new Error('down'));
  await expect(first).rejects.toThrow('down');
  await settled();
  batches[1]?.end();
  await Promise.all(others);
});
