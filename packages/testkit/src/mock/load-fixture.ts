import { readFile } from 'node:fs/promises';
import { parseJson } from '@common/connector-core';

/**
 * Reads a fixture that stands beside a test. JSON is read as connectors read it: a number that a double
 * cannot hold arrives as a string of its digits. Anything else is text.
 *
 * @example
 * ```ts
 * const order = await loadFixture<PurchaseOrder>(new URL('./order.json', import.meta.url));
 * ```
 *
 * @throws Error when there is no such file, or what is in it is no JSON
 */
export async function loadFixture<Content = unknown>(file: URL | string): Promise<Content> {
  const text = await readFile(file, 'utf8');
  if (!/\.json$/i.test(String(file))) return text as Content;
  try {
    return parseJson(text) as Content;
  } catch (cause) {
    throw new Error(`The fixture ${String(file)} is no JSON.`, { cause });
  }
}
