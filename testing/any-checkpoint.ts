import { type Checkpoint, ConnectorError } from '@common/connector-core';
import fc from 'fast-check';
import { collect } from './collect.ts';

const names = [
  ...['at', 'after', 'cursor', 'end', 'from', 'next', 'read', 'replayId', 'seenAt', 'isSettled'],
  ...['records', 'lines', 'id', 'until', 'deletedUntil', 'searchedAt', 'queue'],
];
const value = fc.oneof(
  fc.constantFrom(
    ...['2026-01-31T12:00:00.0000000Z', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00Z'],
    ...['0000-01-01T00:00:00.0000000Z', '9999-12-31T23:59:59.9999999Z', '0000-01-01T00:00:00Z'],
    ...[
      '2026-02-30T99:99:99.0000000Z',
      '2026-02-30T99:99:99Z',
      '2026-01-01T',
      '001000000000001AAA',
    ],
    ...['', "' or 1 eq 1", '4711', '\u0000', 'MZ-FG-000001'],
  ),
  fc.constantFrom(0, -1, 1, 0.5, 1e12, 8.64e15, 8.64e15 + 1, -8.64e15, 1e300),
  fc.constantFrom(true, false, null),
);
const members = (of: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...names), of, { maxKeys: 5 });

/** What may come back in the place of a checkpoint: parts of genuine ones, of other connectors', and none. */
const anyCheckpoint = members(fc.oneof(value, members(value))) as fc.Arbitrary<Checkpoint>;

/** Every checkpoint is gone on from, or refused as one; `codes` are those of the refusals. */
export async function goesOnOrRefuses(
  read: (checkpoint: Checkpoint) => AsyncIterable<unknown>,
  codes: readonly string[] = ['ERR_INVALID_CHECKPOINT'],
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyCheckpoint, async (checkpoint) => {
      try {
        await collect(read(checkpoint));
      } catch (error) {
        if (!ConnectorError.isInstance(error) || !codes.includes(error.code)) throw error;
      }
    }),
  );
}
