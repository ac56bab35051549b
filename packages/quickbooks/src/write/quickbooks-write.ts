import {
  ConnectorError,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
  writeEach,
} from '@common/connector-core';
import type { QuickbooksTarget } from '../decode-rows.ts';
import { type Group, groupChanges } from './group-changes.ts';
import { isCreate } from './plan-write.ts';
import { writeBatch } from './write-batch.ts';
import { writeOne } from './write-one.ts';

/** The governors bound requests and batches; this bounds what is prepared ahead. */
const mostGroups = 16;

/** Writes by batches, and one by one what must have a request id of its own. */
export async function writeRecords(
  target: QuickbooksTarget,
  changes: readonly WriteChange[],
  options: WriteOptions = {},
): Promise<readonly WriteResult[]> {
  const { entity } = target;
  const results = changes.map((change) => refusal(target, change));
  const open = [...changes.keys()].filter((place) => results[place] === undefined);
  const waves = groupChanges(entity, changes, open);
  for (const [index, groups] of waves.entries()) {
    const isAborted = index > 0 && options.signal?.aborted === true;
    const answers = isAborted
      ? groups.map((group) => group.map(() => aborted()))
      : await writeGroups(target, { changes, groups }, options);
    groups.flat().forEach((place, position) => {
      results[place] = answers.flat()[position];
    });
  }
  return results.map((result, place) => named(target, changes[place]!, result!));
}

/** One list of results for each group. */
async function writeGroups(
  target: QuickbooksTarget,
  {
    changes,
    groups,
  }: { readonly changes: readonly WriteChange[]; readonly groups: readonly Group[] },
  options: WriteOptions,
): Promise<readonly (readonly WriteResult[])[]> {
  const answers = new Map<Group, readonly WriteResult[]>();
  const done: WriteResult = { status: 'unchanged', key: '' };
  const outcomes = await writeEach(
    groups.map((group) => ({ group, key: undefined })),
    async ({ group }) => {
      const own = group.map((place) => changes[place]!);
      answers.set(group, await writeGroup(target, own, options));
      return done;
    },
    { signal: options.signal, concurrency: mostGroups },
  );
  // A group without answers failed as a whole: before it was begun, or when it was read.
  return groups.map((group, index) => answers.get(group) ?? group.map(() => outcomes[index]!));
}

async function writeGroup(
  target: QuickbooksTarget,
  changes: readonly WriteChange[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  if (changes.length > 1) return writeBatch(target, changes, options);
  return writeEach(changes, (change) => writeOne(target, change, options));
}

/** The result with the key of its record, its error with what it is about. */
function named(
  { entity }: QuickbooksTarget,
  { key }: WriteChange,
  result: WriteResult,
): WriteResult {
  if (!('error' in result) || !ConnectorError.isInstance(result.error)) return result;
  const error = result.error.with({ system: 'quickbooks', entity: entity.name, key });
  return { ...result, key: result.key ?? key, error };
}

/** An operation that the entity does not offer. */
function refusal({ entity }: QuickbooksTarget, change: WriteChange): WriteResult | undefined {
  const { create, update, delete: remove } = entity.capabilities;
  const isOffered = change.op === 'delete' ? remove : isCreate(change) ? create : update;
  if (isOffered) return undefined;
  const what = change.op === 'delete' ? 'deleted' : isCreate(change) ? 'created' : 'updated';
  const error = new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `A ${entity.name} cannot be ${what} through the API of QuickBooks. Do it in QuickBooks itself.`,
  });
  return { status: 'failed', error };
}

function aborted(): WriteResult {
  const error = new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The write was aborted before this record was sent.',
  });
  return { status: 'failed', error };
}
