import type { RecordCodec } from './record-codec.ts';
import type { SalesforceEntity } from './salesforce-entity.ts';
import type { SalesforceSession } from './salesforce-session.ts';
import type { SalesforceConfiguration } from './salesforce-settings-schema.ts';

/** An entity of an open connection. */
export interface SalesforceTarget {
  readonly entity: SalesforceEntity;
  readonly codec: RecordCodec;
  readonly session: SalesforceSession;
  readonly settings: SalesforceConfiguration;
}
