import type { Draft } from './draft.ts';
import type { SapMessage } from './fault.ts';
import type { Row, Value } from './model.ts';
import type { Store } from './store.ts';

export type Changes = Readonly<Record<string, Value>>;

/** One write of one caller. */
export interface WriteContext {
  readonly store: Store;
  readonly user: string;
  /** The change time of this write; the same instant at every call. */
  stamp(): string;
  /** `YYYY-MM-DD` of the stamp. */
  today(): string;
  readonly messages: readonly SapMessage[];
  /** Messages of severity `error` undo the write when it is over, so that one answer tells all of them. */
  report(message: SapMessage): void;
  /** Writes another entity by its own table's behaviour. */
  create(table: string, draft: Draft): Row;
}

/** What the application does when rows of one table are written; what is left out is plain storage. */
export interface Behaviour {
  create?(draft: Draft, context: WriteContext): Row;
  update?(row: Row, changes: Changes, context: WriteContext): Row;
  remove?(row: Row, context: WriteContext): void;
  /** Runs after each write of the table, for example to move a change time. */
  afterWrite?(row: Row, context: WriteContext): void;
}

export type Behaviours = Readonly<Record<string, Behaviour>>;
