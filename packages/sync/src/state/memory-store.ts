import type { JsonValue } from '@common/connector-core';
import type { DeadLetter } from './dead-letter.ts';
import type { FlowKey } from './flow-key.ts';
import type { Intent } from './intent.ts';
import type { Lease, LeaseScope } from './lease.ts';
import { leaseLost } from './lease-lost.ts';
import type { Link, LinkSpace } from './link.ts';
import type { RunRecord } from './run-record.ts';
import type { StateStore, StateTransaction } from './state-store.ts';

/** A map of maps whose changes can be taken back. */
function createTable<Row>(undo: (() => void)[]) {
  const groups = new Map<string, Map<string, Row>>();
  const group = (name: string) => {
    let rows = groups.get(name);
    if (rows === undefined) {
      rows = new Map();
      groups.set(name, rows);
    }
    return rows;
  };
  return {
    all: () => [...groups.values()].flatMap((rows) => [...rows.values()]),
    rows: (name: string): ReadonlyMap<string, Row> => group(name),
    get: (name: string, key: string) => groups.get(name)?.get(key),
    set(name: string, key: string, row: Row) {
      const rows = group(name);
      const before = rows.get(key);
      undo.push(() => (before === undefined ? rows.delete(key) : rows.set(key, before)));
      rows.set(key, row);
    },
    delete(name: string, key: string) {
      const rows = group(name);
      const before = rows.get(key);
      if (before === undefined) return;
      undo.push(() => rows.set(key, before));
      rows.delete(key);
    },
  };
}

const join = (...names: string[]) => names.join('\u0000');
const flowName = (key: FlowKey) => join(key.tenant, key.flow);
const spaceName = (key: LinkSpace) => join(key.tenant, key.space);
const leaseName = (key: LeaseScope) => join(key.tenant, key.scope);

/** `a/b/c`, `a/b`, `a`. */
function prefixesOf(key: string): readonly string[] {
  const prefixes = [key];
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
    prefixes.push(key.slice(0, end));
  }
  return prefixes;
}

/**
 * State in the memory of the process: for tests and for trying things out. It is gone when the
 * process ends; a real flow needs `sqliteStore` of `@common/connector-runtime`.
 */
export function memoryStore(): StateStore {
  const undo: (() => void)[] = [];
  const leases = createTable<Lease>(undo);
  const checkpoints = createTable<JsonValue>(undo);
  const journal = createTable<Intent>(undo);
  const links = createTable<Link>(undo);
  // Right key to left keys: explicit target keys may be shared by several links.
  const leftKeysOf = createTable<ReadonlySet<string>>(undo);
  const letters = createTable<DeadLetter>(undo);
  const runs = createTable<RunRecord>(undo);
  let tail: Promise<unknown> = Promise.resolve();

  function unlinkRight(space: string, link: Link): void {
    const rest = new Set(leftKeysOf.get(space, link.rightKey));
    rest.delete(link.leftKey);
    if (rest.size === 0) leftKeysOf.delete(space, link.rightKey);
    else leftKeysOf.set(space, link.rightKey, rest);
  }

  function removeLink(space: string, leftKey: string): void {
    const link = links.get(space, leftKey);
    if (link === undefined) return;
    unlinkRight(space, link);
    links.delete(space, leftKey);
  }

  const state: StateTransaction = {
    leases: {
      async acquire({ tenant, scope, owner, now, ttlMs, takeOver }) {
        const name = leaseName({ tenant, scope });
        const held = leases.get(name, 'lease');
        const isFree =
          held === undefined ||
          held.expiresAt <= now ||
          (takeOver !== undefined && held.token === takeOver);
        if (!isFree) return { granted: false, lease: held };
        const token = (held?.token ?? 0) + 1;
        const lease = { tenant, scope, owner, token, expiresAt: now + ttlMs };
        leases.set(name, 'lease', lease);
        return { granted: true, lease };
      },
      async renew(lease, expiresAt) {
        if (leases.get(leaseName(lease), 'lease')?.token !== lease.token) return undefined;
        const renewed = { ...lease, expiresAt };
        leases.set(leaseName(lease), 'lease', renewed);
        return renewed;
      },
      async release(lease) {
        if (leases.get(leaseName(lease), 'lease')?.token !== lease.token) return;
        leases.set(leaseName(lease), 'lease', { ...lease, expiresAt: 0 });
      },
    },
    checkpoints: {
      get: async (flow, name) => checkpoints.get(flowName(flow), name),
      async set(flow, name, value) {
        if (value === undefined) checkpoints.delete(flowName(flow), name);
        else checkpoints.set(flowName(flow), name, structuredClone(value));
      },
    },
    journal: {
      async add(intents) {
        for (const intent of intents) journal.set(flowName(intent), intent.key, intent);
      },
      list: async (flow) => [...journal.rows(flowName(flow)).values()],
      async flowsOf({ tenant, space }) {
        const inSpace = journal
          .all()
          .filter((intent) => intent.tenant === tenant && intent.space === space);
        return [...new Set(inSpace.map((intent) => intent.flow))];
      },
      async remove(flow, keys) {
        const name = flowName(flow);
        for (const key of keys ?? [...journal.rows(name).keys()]) journal.delete(name, key);
      },
    },
    links: {
      async byKeys(space, side, keys) {
        const name = spaceName(space);
        const found: Link[] = [];
        for (const key of new Set(keys)) {
          const leftKeys = side === 'left' ? [key] : (leftKeysOf.get(name, key) ?? []);
          for (const leftKey of leftKeys) {
            const link = links.get(name, leftKey);
            if (link !== undefined) found.push(link);
          }
        }
        return found;
      },
      byRecords: async (space, side, keys) => {
        const wanted = new Set(keys);
        return [...links.rows(spaceName(space)).values()].filter((link) => {
          const own = side === 'left' ? link.leftKey : link.rightKey;
          return !link.deleted && prefixesOf(own).some((prefix) => wanted.has(prefix));
        });
      },
      async put(space, rows) {
        const name = spaceName(space);
        for (const link of rows) {
          removeLink(name, link.leftKey);
          links.set(name, link.leftKey, link);
          const others = leftKeysOf.get(name, link.rightKey) ?? [];
          leftKeysOf.set(name, link.rightKey, new Set([...others, link.leftKey]));
        }
      },
      async remove(space, leftKeys) {
        for (const leftKey of leftKeys) removeLink(spaceName(space), leftKey);
      },
      count: async (space) => {
        let count = 0;
        for (const { deleted } of links.rows(spaceName(space)).values()) if (!deleted) count += 1;
        return count;
      },
      list: async (space, { after, limit }) =>
        [...links.rows(spaceName(space)).values()]
          .filter((link) => !link.deleted && (after === undefined || link.leftKey > after))
          .sort((a, b) => (a.leftKey < b.leftKey ? -1 : 1))
          .slice(0, limit),
    },
    deadLetters: {
      async put(rows) {
        for (const letter of rows) letters.set(flowName(letter), letter.id, letter);
      },
      get: async (flow, id) => letters.get(flowName(flow), id),
      async bySourceKeys(flow, sourceKeys) {
        const wanted = new Set(sourceKeys);
        return [...letters.rows(flowName(flow)).values()].filter(
          (letter) => letter.sourceKey !== undefined && wanted.has(letter.sourceKey),
        );
      },
      list: async (flow, { status, stage, retryable, after, limit = 100 }) =>
        [...letters.rows(flowName(flow)).values()]
          .filter(
            (letter) =>
              (status === undefined || letter.status === status) &&
              (stage === undefined || letter.stage === stage) &&
              (retryable === undefined || letter.error.retryable === retryable) &&
              (after === undefined || letter.id > after),
          )
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      count: async (flow) => letters.rows(flowName(flow)).size,
      async remove(flow, ids) {
        for (const id of ids) letters.delete(flowName(flow), id);
      },
    },
    runs: {
      async put(run) {
        runs.set(flowName(run), run.runId, run);
      },
      list: async (flow, limit) =>
        [...runs.rows(flowName(flow)).values()]
          .sort((a, b) => b.startedAt - a.startedAt)
          .slice(0, limit),
    },
  };

  return {
    durable: false,
    transaction(work, options = {}) {
      const { lease } = options;
      const result = tail.then(async () => {
        undo.length = 0;
        try {
          if (lease !== undefined && leases.get(leaseName(lease), 'lease')?.token !== lease.token) {
            throw leaseLost(lease);
          }
          return await work(state);
        } catch (error) {
          for (const takeBack of undo.reverse()) takeBack();
          throw error;
        } finally {
          undo.length = 0;
        }
      });
      tail = result.catch(() => undefined);
      return result;
    },
    close: async () => undefined,
  };
}
