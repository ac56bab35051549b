import type { CallOptions } from '../../contract/call-options.ts';
import type { EntityDescription } from '../../contract/entity-description.ts';
import type { MappingTemplate } from '../mapping-template.ts';
import { checkDrift, type DriftReport } from './check-drift.ts';
import { fingerprint, type SchemaFingerprint } from './fingerprint.ts';

/** What is asked of a connector. */
interface Describing {
  describe(entity: string, options?: CallOptions): Promise<EntityDescription>;
}

export interface ConnectorDrift {
  /** What the live system is now: store it when the drift was looked at. */
  readonly fingerprint: SchemaFingerprint;
  /** Against the fingerprint that was given; nothing without one. */
  readonly drift: DriftReport;
}

/**
 * Describes the entities of the templates, once each, and compares them with a stored fingerprint. Without
 * one it takes the first.
 *
 * @throws ConnectorError what `describe` throws; `ERR_CONFIGURATION` when the connector describes another
 * entity of the vendor than the template maps
 */
export async function connectorDrift(
  connector: Describing,
  {
    templates,
    fingerprint: before,
    ...call
  }: {
    readonly templates: readonly MappingTemplate[];
    /** The stored one. @default none: everything is as it is now */
    readonly fingerprint?: SchemaFingerprint | undefined;
  } & CallOptions,
): Promise<ConnectorDrift> {
  const described: EntityDescription[] = [];
  for (const entity of new Set(templates.map(({ canonical }) => canonical.entity))) {
    described.push(await connector.describe(entity, call));
  }
  const now = fingerprint({ templates, described });
  return {
    fingerprint: now,
    drift: checkDrift({ fingerprint: before ?? now, templates, described }),
  };
}
