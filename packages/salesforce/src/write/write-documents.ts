import {
  ConnectorError,
  type WriteOptions,
  type WriteResult,
  writeEach,
} from '@common/connector-core';
import type { SalesforceRow } from '../run-query.ts';
import { isId, rowOf } from '../salesforce-read.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { createDocument, prepareDocument } from './create-document.ts';
import type { DocumentTarget } from './document-steps.ts';
import { failure, missing } from './failures.ts';
import { loadPriceList } from './order-lines.ts';
import { readKnown } from './read-known.ts';
import { assertRevision, updateDocument } from './update-document.ts';
import type { PlacedChange } from './waves.ts';

/**
 * Writes documents, each with its lines in one transaction. What they need is read for all of them at
 * once.
 *
 * @throws ConnectorError when that cannot be read; then nothing was sent
 */
export async function writeDocuments(
  given: SalesforceTarget,
  wave: readonly PlacedChange[],
  results: WriteResult[],
  options: WriteOptions,
): Promise<void> {
  const { entity, session } = given;
  const { dryRun, ...call } = options;
  const { lines } = entity;
  if (lines === undefined) return;
  const description = await session.describe(entity.object, call);
  const lineDescription = await session.describe(lines.object, call);
  const target: DocumentTarget = { ...given, lines, description, lineDescription };
  const known = await readKnown(target, wave, options);

  const works: { readonly index: number; readonly run: () => Promise<WriteResult> }[] = [];
  const fresh = wave.flatMap(({ index, change }) => {
    if (change.op === 'delete' || change.key !== undefined) return [];
    try {
      return [{ index, change, document: prepareDocument(target, change) }];
    } catch (error) {
      results[index] = failure(target, undefined, error);
      return [];
    }
  });
  const documents = fresh.map(({ document }) => document);
  const list = await loadPriceList(target, documents, call);
  for (const { index, ...one } of fresh) {
    works.push({ index, run: () => createDocument(target, { ...one, list }, options) });
  }
  for (const { index, change } of wave) {
    if (change.op === 'delete') {
      works.push({ index, run: () => deleteDocument(target, { ...change, known }, options) });
    } else if (change.key !== undefined) {
      const { key } = change;
      const run = async () => {
        const current = storedIn(target, known, key);
        return updateDocument(target, { change, current }, options);
      };
      works.push({ index, run });
    }
  }

  const written = await writeEach(
    works.map(({ index }) => ({ key: wave.find((one) => one.index === index)?.change.key })),
    async ({ key }, place) => {
      try {
        return await works[place]!.run();
      } catch (error) {
        return failure(target, key, error);
      }
    },
    { signal: call.signal },
  );
  works.forEach(({ index }, place) => {
    const result = written[place];
    if (result !== undefined) results[index] = result;
  });
}

function storedIn(
  target: DocumentTarget,
  known: ReadonlyMap<string, SalesforceRow>,
  key: string,
): SalesforceRow {
  const found = isId(key) ? rowOf(known, key) : undefined;
  if (found === undefined) throw missing(target, key);
  return found;
}

async function deleteDocument(
  target: DocumentTarget,
  {
    key,
    expectedRevision,
    known,
  }: {
    readonly key: string;
    readonly expectedRevision?: string | undefined;
    readonly known: ReadonlyMap<string, SalesforceRow>;
  },
  { dryRun, ...call }: WriteOptions,
): Promise<WriteResult> {
  const { entity, session } = target;
  if (!isId(key)) throw missing(target, key);
  if (expectedRevision !== undefined || dryRun) {
    assertRevision(target, expectedRevision, storedIn(target, known, key));
  }
  if (dryRun) return { status: 'deleted', key };
  try {
    await session.request({
      ...call,
      method: 'DELETE',
      path: `/sobjects/${entity.object}/${key}`,
      operation: 'delete',
      entity: entity.name,
      key,
    });
  } catch (error) {
    // Deleted before, by this very call too when its answer was lost: it is as wanted.
    if (!ConnectorError.isInstance(error) || error.vendorCode !== 'ENTITY_IS_DELETED') throw error;
  }
  return { status: 'deleted', key };
}
