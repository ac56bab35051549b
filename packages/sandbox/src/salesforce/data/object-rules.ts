import type { Row, Value } from '../schema/object-definition.ts';
import type { Database } from './database.ts';

/** What a rule of the product looks at; `previous` is absent on insert. */
interface RuleContext {
  readonly row: Row;
  readonly previous: Row | undefined;
  readonly database: Database;
}

/** What the product itself demands of an object beyond its fields. */
export interface ObjectRules {
  /** Fills fields before the checks. */
  prepare?(context: RuleContext): Readonly<Record<string, Value>>;
  /** @throws SalesforceError */
  check?(context: RuleContext): void;
  /** @throws SalesforceError */
  checkDelete?(context: RuleContext): void;
}
