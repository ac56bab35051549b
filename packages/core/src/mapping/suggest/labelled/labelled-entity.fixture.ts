import type { EntityDescription, FieldDescription } from '../../../contract/entity-description.ts';
import type { CanonicalEntities } from '../../../entities/index.ts';

/** An entity of a system with what a person says its fields are. */
export interface LabelledEntity {
  readonly system: string;
  readonly description: EntityDescription;
  readonly canonical: keyof CanonicalEntities;
  readonly samples: readonly object[];
  /** Vendor path → canonical paths, any of which is right. */
  readonly right: ReadonlyMap<string, readonly string[]>;
  /** Vendor paths whose pair is right but nothing that has to be found. */
  readonly optional: ReadonlySet<string>;
}

const row =
  /^(?<name>\S+) (?<type>[^\s(]+)(?:\((?<length>\d+)(?:,(?<scale>\d+))?\))?(?: "(?<label>[^"]*)")?(?: (?<mark>[=~]) (?<right>\S+))?$/;

/**
 * Reads rows of `name type(length,scale) "label" = canonical|or this`. `~` in place of `=` marks a pair that is
 * right and need not be found, as where two fields hold the same.
 */
export function labelled(
  system: string,
  nativeName: string,
  canonical: keyof CanonicalEntities,
  rows: string,
  samples: readonly object[] = [],
): LabelledEntity {
  const fields: FieldDescription[] = [];
  const right = new Map<string, readonly string[]>();
  const optional = new Set<string>();
  for (const line of rows.trim().split('\n')) {
    const parts = row.exec(line.trim())?.groups;
    if (parts === undefined) throw new Error(`No row of a labelled entity: ${line}`);
    const { name = '', type = '', length, scale, label, mark } = parts;
    fields.push({
      name,
      type,
      ...(label !== undefined && { label }),
      ...(length !== undefined &&
        (scale === undefined
          ? { maxLength: Number(length) }
          : { precision: Number(length), scale: Number(scale) })),
      nullable: true,
      creatable: true,
      updatable: true,
      custom: name.endsWith('__c'),
    });
    if (parts.right !== undefined) right.set(name, parts.right.split('|'));
    if (mark === '~') optional.add(name);
  }
  return {
    system,
    description: { entity: canonical, nativeName, key: [], fields },
    canonical,
    samples,
    right,
    optional,
  };
}
