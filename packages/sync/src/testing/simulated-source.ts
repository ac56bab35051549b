import {
  ConnectorError,
  type ErpRecord,
  type IErpConnector,
  type RecordChange,
} from '@common/connector-core';

/** How a simulated vendor shows its changes. */
export type SourceKind =
  | 'keyset with lag'
  | 'keyset with overlap'
  | 'search by key'
  | 'delta token'
  | 'queue'
  | 'list';

interface Row {
  readonly value: string;
  /** The vendor's change time, in whole seconds, so that many are equal. */
  readonly time: number;
  /** When others can see it: a transaction may commit long after it has taken its time. */
  readonly visibleAt: number;
  readonly sequence: number;
  readonly isDeleted: boolean;
}

/** Latest commit behind a change time, in seconds. */
export const longestCommit = 5;
const pageSize = 2;

/** Where a search by key stands. */
interface Search {
  /** Newest change time when the search began. */
  readonly at: number;
  /** When its reader saw that first, by the reader's clock. */
  readonly seenAt: number;
  readonly isSettled?: boolean;
  readonly from?: number;
  readonly after?: string;
}

/**
 * A vendor with a clock of its own, change times that are equal or lie in the future, commits that come
 * late, and tokens that it forgets. Its connector keeps the rules of the contract: it may repeat, never
 * skip.
 *
 * @param skew - seconds by which the reader's clock is ahead of the vendor's
 */
export function simulatedSource(kind: SourceKind, { skew = 0 }: { readonly skew?: number } = {}) {
  const rows = new Map<string, Row>();
  const queue: string[] = [];
  let now = 1000;
  let sequence = 0;
  let forgotten = 0;
  /** Called before each page: the world goes on while somebody reads. */
  let whilePaging = () => {};

  const visible = () => [...rows].filter(([, row]) => row.visibleAt <= now);

  function put(
    key: string,
    value: string | undefined,
    { lateBy = 0, aheadBy = 0 }: { readonly lateBy?: number; readonly aheadBy?: number } = {},
  ): void {
    sequence += 1;
    const isDeleted = value === undefined;
    const before = rows.get(key);
    if (isDeleted && before === undefined) return;
    const time = now + aheadBy;
    rows.set(key, { value: value ?? '', time, visibleAt: now + lateBy, sequence, isDeleted });
    queue.push(key);
  }

  const changeOf = (key: string, row: Row): RecordChange =>
    row.isDeleted ? { op: 'delete', key } : { op: 'upsert', record: recordOf(key, row) };

  const recordOf = (key: string, { value }: Row): ErpRecord =>
    ({ source: { system: 'sim', entity: 'item', key }, name: value }) as ErpRecord;

  async function* keyset(since: { time: number; key: string } | undefined) {
    const isLagging = kind === 'keyset with lag';
    let position = since ?? { time: -1, key: '' };
    const from = isLagging ? position : { time: position.time - longestCommit, key: '' };
    let at = from;
    for (;;) {
      whilePaging();
      const end = isLagging ? now - longestCommit : now + 1;
      const page = visible()
        .map(([key, row]) => ({ key, row }))
        .filter(({ key, row }) => row.time > at.time || (row.time === at.time && key > at.key))
        .filter(({ row }) => row.time < end)
        .sort((a, b) => a.row.time - b.row.time || (a.key < b.key ? -1 : 1))
        .slice(0, pageSize);
      const last = page.at(-1);
      if (last === undefined) break;
      at = { time: last.row.time, key: last.key };
      position = at.time > position.time || isLagging ? at : position;
      yield {
        changes: page.map(({ key, row }) => changeOf(key, row)),
        checkpoint: { ...position },
      };
    }
    // What claims to come from the future is shown in every read: the position does not go there.
    const future = visible().filter(([, row]) => row.time > now);
    if (future.length === 0) return;
    yield {
      changes: future.map(([key, row]) => changeOf(key, row)),
      checkpoint: { ...position },
    };
  }

  /** As SAP is read: from a time on, in the order of the keys; nothing is known of the vendor's clock. */
  async function* search(since: Search | undefined) {
    const position = since?.after === undefined ? begin(since) : since;
    const { from, after, ...next } = position;
    let at = after ?? '';
    for (;;) {
      whilePaging();
      const page = visible()
        .filter(([key, row]) => key > at && (from === undefined || row.time >= from))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, pageSize);
      const last = page.at(-1);
      if (last === undefined) break;
      [at] = last;
      yield {
        changes: page.map(([key, row]) => changeOf(key, row)),
        checkpoint: { ...position, after: at },
      };
    }
    yield { changes: [], checkpoint: { ...next } };
  }

  function begin(since: Search | undefined): Search {
    const reader = now + skew;
    const times = visible().map(([, { time }]) => time);
    // A change time in the future would hide everything until then.
    const newest = Math.max(-1, ...times.filter((time) => time <= reader));
    if (since === undefined) return { at: newest, seenAt: reader };
    const { at, seenAt, isSettled = false } = since;
    const from = isSettled ? at : at - longestCommit;
    if (newest > at) return { at: newest, seenAt: reader, from };
    return { at, seenAt, isSettled: isSettled || reader - seenAt >= longestCommit, from };
  }

  async function* delta(since: { sequence: number } | undefined) {
    if (since !== undefined && since.sequence < forgotten) {
      throw new ConnectorError({
        code: 'ERR_CHECKPOINT_EXPIRED',
        category: 'conflict',
        message: 'The token is too old.',
      });
    }
    // Without a token: what is there, not what was.
    let at = since?.sequence ?? 0;
    // What is deleted while it is read is shown.
    const begun = since === undefined ? sequence : 0;
    for (;;) {
      whilePaging();
      const page = [...rows]
        .filter(([, row]) => row.sequence > at && !(row.isDeleted && row.sequence <= begun))
        .sort(([, a], [, b]) => a.sequence - b.sequence)
        .slice(0, pageSize);
      const last = page.at(-1);
      if (last === undefined) return;
      at = last[1].sequence;
      yield { changes: page.map(([key, row]) => changeOf(key, row)), checkpoint: { sequence: at } };
    }
  }

  async function* pending() {
    while (queue.length > 0) {
      whilePaging();
      const keys = queue.slice(0, pageSize);
      yield {
        changes: keys.flatMap((key) => {
          const row = rows.get(key);
          return row === undefined ? [] : [changeOf(key, row)];
        }),
        checkpoint: { none: true },
        acknowledge: async () => {
          if (queue[0] === keys[0]) queue.splice(0, keys.length);
        },
      };
    }
  }

  const hasCommits = kind !== 'delta token' && kind !== 'queue';
  const connector = {
    specificationVersion: 'v1',
    manifest: { id: 'sim', vendor: 'Sim', version: '1.0.0', authMethods: [] },
    capabilities: {
      entities: {
        item: {
          get: true,
          list: true,
          changes:
            { 'delta token': 'delta-token', queue: 'event', list: 'none' }[kind as 'list'] ??
            'timestamp',
          deletesVisible: kind !== 'list',
        },
      },
    },
    async get(_entity: string, key: string) {
      const row = rows.get(key);
      return row === undefined || row.isDeleted ? undefined : recordOf(key, row);
    },
    async *list(_entity: string, { after }: { after?: { key: string } } = {}) {
      let at = after?.key ?? '';
      for (;;) {
        whilePaging();
        const page = visible()
          .filter(([key, row]) => key > at && !row.isDeleted)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(0, pageSize);
        const last = page.at(-1);
        if (last === undefined) return;
        [at] = last;
        yield { records: page.map(([key, row]) => recordOf(key, row)), checkpoint: { key: at } };
      }
    },
    changes(_entity: string, since: never) {
      if (kind === 'delta token') return delta(since);
      if (kind === 'search by key') return search(since);
      return kind === 'queue' ? pending() : keyset(since);
    },
  };

  return {
    connector: connector as unknown as IErpConnector,
    put: (
      key: string,
      value: string | undefined,
      { lateBy = 0, aheadBy }: { readonly lateBy?: number; readonly aheadBy?: number } = {},
    ) =>
      put(key, value, {
        lateBy: hasCommits ? Math.min(lateBy, longestCommit - 1) : 0,
        ...(aheadBy === undefined ? {} : { aheadBy }),
      }),
    pass(seconds: number) {
      now += seconds;
    },
    forgetTokens() {
      forgotten = sequence + 1;
    },
    /** What happens before the n-th page from now. */
    beforePage(page: number, work: () => void) {
      let pages = 0;
      whilePaging = () => {
        pages += 1;
        if (pages === page) work();
      };
    },
    live: () => [...rows].flatMap(([, row]) => (row.isDeleted ? [] : [row.value])).sort(),
  };
}
