import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadFixture } from './load-fixture.ts';

it('loadFixture reads JSON with all digits, other files as text, and names a file that is neither', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fixture-'));
  const file = (name: string): string => join(folder, name);
  await writeFile(file('order.json'), '{"amount":12345678901234567.123,"count":2}');
  await writeFile(file('order.xml'), '<order/>');
  await writeFile(file('broken.json'), '{');
  expect(await loadFixture(file('order.json'))).toEqual({
    amount: '12345678901234567.123',
    count: 2,
  });
  expect(await loadFixture(file('order.xml'))).toBe('<order/>');
  await expect(loadFixture(file('broken.json'))).rejects.toThrow('broken.json is no JSON');
  await rm(folder, { recursive: true });
});
