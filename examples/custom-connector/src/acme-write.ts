import {
  type HttpClient,
  type HttpRequest,
  type Product,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
  writeRows,
} from '@common/connector-core';
import { type AcmeRow, about, identify, productMapping } from './acme-entities.ts';
import { readRow, urlOf } from './acme-query.ts';

/** Writes products; `writeRows` knows the rules of the contract, these are the calls. */
export function writeProducts(
  http: HttpClient,
  changes: readonly WriteChange<Product>[],
  options: WriteOptions = {},
): Promise<readonly WriteResult[]> {
  async function send(request: HttpRequest, row: Partial<AcmeRow>): Promise<AcmeRow> {
    const headers = { 'content-type': 'application/json', ...request.headers };
    return (await http.send({ ...request, headers, body: JSON.stringify(row) })).json() as AcmeRow;
  }
  // With a key ACME makes one product of many requests, so a lost answer may be asked for again.
  const once = (key?: string) => key && { idempotent: true, headers: { 'idempotency-key': key } };
  const create = (row: AcmeRow, idempotencyKey?: string) =>
    send({ ...options, method: 'POST', url: urlOf(), ...once(idempotencyKey) }, row);
  const update = (key: string, row: Partial<AcmeRow>, { rev }: AcmeRow) =>
    send({ ...options, method: 'PATCH', url: urlOf(key), key }, { ...row, rev });
  const read = (key: string) => readRow(http, key, options);
  // Written out here, so that a misspelt member is an error.
  const rules = { ...about, mapping: productMapping, identify };
  return writeRows(changes, { ...rules, create, update, read }, options);
}
