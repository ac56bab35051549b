import type { EntityDescription, FieldDescription } from '../../contract/entity-description.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { MappingTemplate } from '../mapping-template.ts';
import { nearestName } from '../nearest-name.ts';
import { compareField } from './compare-field.ts';
import {
  type EntityFingerprint,
  type FieldFacts,
  factsOf,
  type SchemaFingerprint,
  type UsedEntity,
  usedEntities,
} from './fingerprint.ts';
import type { Severity } from './type-change.ts';
import { type FieldUse, usedFields } from './used-fields.ts';

/** A used field, or the key, that is not what it was. */
export interface DriftFinding {
  /** The canonical name of the entity. */
  readonly entity: string;
  /** The vendor's field; absent for the key of the entity. */
  readonly path?: string | undefined;
  readonly change: 'removed' | 'key' | keyof FieldFacts;
  readonly was: JsonValue;
  /** Null where there is none any more. */
  readonly is: JsonValue;
  /** What it means to the templates, and what to do. */
  readonly why: string;
}

/** What changed at the vendor since the fingerprint, of the fields that the templates use. */
export interface DriftReport {
  /** Nothing to do. */
  readonly safe: readonly DriftFinding[];
  /** Some records may be refused or cut. */
  readonly narrowing: readonly DriftFinding[];
  /** Records cannot be mapped or written. */
  readonly breaking: readonly DriftFinding[];
  /** Used fields that are not in the fingerprint: it is older than the templates, or they are not described. */
  readonly unchecked: readonly { readonly entity: string; readonly path: string }[];
}

/**
 * Compares a live system with a fingerprint of it, field by field, for what the templates use; other fields
 * may come, change and go.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a template whose entity is not among the descriptions
 */
export function checkDrift({
  fingerprint,
  templates,
  described,
}: {
  readonly fingerprint: SchemaFingerprint;
  readonly templates: readonly MappingTemplate[];
  readonly described: readonly EntityDescription[];
}): DriftReport {
  const findings: { readonly [severity in Severity]: DriftFinding[] } = {
    safe: [],
    narrowing: [],
    breaking: [],
  };
  const unchecked: { entity: string; path: string }[] = [];
  for (const used of usedEntities(templates, described)) {
    const { entity } = used.description;
    const before = fingerprint.entities.find((each) => each.entity === entity);
    const uses = usedFields(used.templates);
    for (const path of uses.keys()) {
      if (before === undefined || !Object.hasOwn(before.fields, path)) {
        unchecked.push({ entity, path });
      }
    }
    if (before === undefined) continue;
    for (const { severity, ...finding } of driftOf(before, used, uses)) {
      findings[severity].push(finding);
    }
  }
  return { ...findings, unchecked };
}

type Found = DriftFinding & { readonly severity: Severity };

function driftOf(
  before: EntityFingerprint,
  { description }: UsedEntity,
  uses: ReadonlyMap<string, FieldUse>,
): readonly Found[] {
  const { entity, key, fields } = description;
  const now = new Map(fields.map((field) => [field.name, field]));
  const found: Found[] = [];
  if (JSON.stringify(before.key) !== JSON.stringify(key)) {
    const why = 'records are found by another key; links that are stored no longer fit';
    found.push({ severity: 'breaking', entity, change: 'key', was: before.key, is: key, why });
  }
  for (const [path, was] of Object.entries(before.fields)) {
    const use = uses.get(path);
    if (use === undefined) continue;
    const is = now.get(path);
    if (is === undefined) {
      const why = `the field is gone${successor(path, was, fields, uses)}`;
      const facts = { ...factsOf(was) } as JsonValue;
      found.push({
        severity: 'breaking',
        entity,
        path,
        change: 'removed',
        was: facts,
        is: null,
        why,
      });
      continue;
    }
    const isEntityWritten = isRecordWritten(path, uses);
    for (const { fact, severity, why } of compareField({ was, is, use, isEntityWritten })) {
      const values = { was: was[fact] ?? null, is: is[fact] ?? null };
      found.push({ severity, entity, path, change: fact, ...values, why });
    }
  }
  return found;
}

const recordOf = (path: string): string => path.slice(0, path.lastIndexOf('.') + 1);

/** Whether the templates write any field of the record that the path lies in. */
const isRecordWritten = (path: string, uses: ReadonlyMap<string, FieldUse>): boolean =>
  [...uses].some(([other, use]) => use.isWritten && recordOf(other) === recordOf(path));

/** A field of the same record and type that no template uses and that has a similar name. */
function successor(
  path: string,
  was: FieldFacts,
  fields: readonly FieldDescription[],
  uses: ReadonlyMap<string, FieldUse>,
): string {
  const record = recordOf(path);
  const candidates = fields.filter(
    ({ name, type }) => type === was.type && recordOf(name) === record && !uses.has(name),
  );
  const nearest = nearestName(
    path,
    candidates.map(({ name }) => name),
  );
  return nearest === undefined ? '' : `; perhaps it is "${nearest}" now`;
}
