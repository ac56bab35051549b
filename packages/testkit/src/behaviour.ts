import type { EntityCapabilities, IErpConnector } from '@common/connector-core';
import type { ConformanceHarness } from './conformance-harness.ts';
import type { BehaviourContext } from './stage/stage.ts';

/** What decides whether a behaviour applies: what the connector declares, nothing else. */
export interface BehaviourSubject {
  readonly connector: IErpConnector;
  readonly harness: ConformanceHarness;
  readonly entity: string;
  readonly capabilities: EntityCapabilities;
}

/** One thing that every connector must do. */
export interface Behaviour {
  /** Stable, for example `list/many-pages`. */
  readonly id: string;
  readonly group: string;
  /** A sentence in the present tense. */
  readonly name: string;
  /** Whether every entity is looked at, or the first one that it applies to. @default false */
  readonly perEntity?: boolean;
  /** `true`, or the declared capability by which the behaviour does not apply. @default true */
  appliesTo?(subject: BehaviourSubject): true | string;
  /** @throws when the connector behaves otherwise */
  run(context: BehaviourContext): Promise<void>;
}
