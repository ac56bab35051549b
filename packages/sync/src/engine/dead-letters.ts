import { ConnectorError } from '@common/connector-core';
import type { DeadLetter, DeadLetterQuery } from '../state/dead-letter.ts';
import type { Flow } from './flow.ts';
import { beginWork, withRecordedSession } from './recorded-session.ts';
import { type ReplayReport, replayAll, replayLetters } from './replay.ts';
import type { Session } from './session.ts';

/** The records of a flow that could not be synced. */
export interface DeadLetters {
  /** In the order of their ids; continue with `after`. */
  list(query?: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  inspect(id: string): Promise<DeadLetter | undefined>;
  /**
   * Reads the records again from the source, maps and writes them. Give ids, a query, or nothing
   * for all open ones. Records that fail again stay, with one more attempt.
   *
   * @throws ConnectorError `ERR_FLOW_BUSY` while the flow runs; `ERR_NOT_FOUND` for an id that does not exist
   */
  replay(
    selection?: string | readonly string[] | DeadLetterQuery,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ReplayReport>;
  /**
   * Settles a conflict that was held for review: the chosen side's values stand, for every field that
   * both sides changed. Whatever else changed meanwhile is merged.
   *
   * @throws ConnectorError as `replay`; `ERR_CONFIGURATION` for a letter that is no conflict
   */
  resolve(
    id: string,
    side: 'source' | 'target',
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ReplayReport>;
  /**
   * Takes a letter off the list; it is kept with its reason, and can be replayed by its id. A record that
   * may have been created (`ERR_OUTCOME_UNKNOWN`) is not created any more.
   */
  discard(id: string, reason: string): Promise<void>;
}

export function createDeadLetters(opened: Flow): DeadLetters {
  const { store, key } = opened;
  const inspect = (id: string) =>
    store.transaction((state) => state.deadLetters.get(key, id), { readOnly: true });

  async function existing(id: string): Promise<DeadLetter> {
    const letter = await inspect(id);
    if (letter !== undefined) return letter;
    throw new ConnectorError({
      code: 'ERR_NOT_FOUND',
      category: 'not-found',
      message: `The flow "${key.flow}" has no dead letter ${id}. It may have been synced meanwhile; list() shows what is there.`,
    });
  }

  async function replaySelected(
    flow: Flow,
    session: Session,
    selection: string | readonly string[] | DeadLetterQuery,
  ): Promise<ReplayReport> {
    const ids = typeof selection === 'string' ? [selection] : selection;
    if (!('length' in ids)) return replayAll(flow, session, ids);
    const letters: DeadLetter[] = [];
    for (const id of ids) letters.push(await existing(id));
    return replayLetters(flow, session, letters);
  }

  const replaying = (
    signal: AbortSignal | undefined,
    work: (session: Session, flow: Flow) => Promise<ReplayReport>,
  ) =>
    withRecordedSession(opened, { mode: 'replay', signal }, async (session, flow) => {
      await beginWork(flow, session);
      const report = await work(session, flow);
      await session.finish({ status: 'done' });
      return report;
    });

  return {
    list: (query = {}) =>
      store.transaction((state) => state.deadLetters.list(key, query), { readOnly: true }),
    inspect,
    replay: (selection = {}, options = {}) =>
      replaying(options.signal, (session, flow) => replaySelected(flow, session, selection)),
    async resolve(id, side, options = {}) {
      const letter = await existing(id);
      if (letter.error.code !== 'ERR_CONFLICT' || !['source', 'target'].includes(side)) {
        throw new ConnectorError({
          code: 'ERR_CONFIGURATION',
          category: 'configuration',
          message: `resolve() takes a dead letter that is a conflict, and 'source' or 'target'. This one is ${letter.error.code}: replay or discard it.`,
        });
      }
      return replaying(options.signal, (session, flow) =>
        replayLetters(flow, session, [letter], side),
      );
    },
    async discard(id, reason) {
      const letter = await existing(id);
      await store.transaction((state) =>
        state.deadLetters.put([{ ...letter, status: 'discarded', reason }]),
      );
    },
  };
}
