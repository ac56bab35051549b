import { initialValue, type Property, type Row, type Service, type Value } from './model.ts';
import { createTable, type Table } from './table.ts';

/** The tables behind all services; V2 and V4 sets of the same table are views of one state. */
export interface Store {
  table(name: string): Table;
  /** Runs `work`; if it throws, everything it wrote is undone. */
  atomically<Result>(work: () => Result): Result;
}

export function createStore(services: readonly Service[]): Store {
  let undoLog: (() => void)[] | undefined;
  const fields = new Map<string, { keys: readonly Property[]; initial: Record<string, Value> }>();
  for (const service of services) {
    for (const set of service.sets.values()) {
      const entry = fields.get(set.table) ?? { keys: set.keys, initial: {} };
      fields.set(set.table, entry);
      for (const property of set.properties) {
        entry.initial[property.field] ??= initialValue(property);
      }
    }
  }
  const tables = new Map<string, Table>();
  for (const [name, { keys, initial }] of fields) {
    const onWrite = (undo: () => void): void => {
      undoLog?.push(undo);
    };
    tables.set(name, createTable({ name, keys, initial: initial as Row, onWrite }));
  }
  return {
    table(name) {
      const table = tables.get(name);
      if (!table) throw new Error(`The model has no table "${name}".`);
      return table;
    },
    atomically(work) {
      // A change set inside a change set does not exist; an inner call joins the outer one.
      if (undoLog) return work();
      const log: (() => void)[] = [];
      undoLog = log;
      try {
        return work();
      } catch (error) {
        undoLog = undefined;
        for (const undo of log.reverse()) undo();
        throw error;
      } finally {
        undoLog = undefined;
      }
    },
  };
}
