import type { ErpRecord } from '@common/connector-core';

/** What a mapping makes of a source record, or of a part of one. */
export interface MappedRecord<Target extends ErpRecord = ErpRecord> {
  /**
   * Key of the part of the source record that this is, for example `4500000001/10` for an order
   * line. It must be the record's key, or begin with the record's key and a slash.
   * @default `record.source.key`
   */
  readonly key?: string | undefined;
  /** What to write. May be left out with `delete`. */
  readonly record?: Target | undefined;
  /**
   * The source record reduced to this part; its compared fields say whether the part has changed.
   * @default the whole source record
   */
  readonly part?: ErpRecord | undefined;
  /** Native key of the target record to update. Without it the identity map says whether to create or to update. */
  readonly targetKey?: string | undefined;
  /**
   * The part of the target record that this stands for, for example the line `10` of the order
   * that is created: the identity map then says `<native key>/10`.
   */
  readonly targetPart?: string | undefined;
  /** Deletes the linked target record. */
  readonly delete?: boolean | undefined;
}

/** A prepared look-up in an identity map. */
export interface LinkLookup {
  /** Reads the links of many keys at once. Call it in `prepare`. */
  load(keys: {
    readonly left?: readonly string[];
    readonly right?: readonly string[];
  }): Promise<void>;
  /** The right key that belongs to a left key. The key must have been loaded. */
  right(leftKey: string): string | undefined;
  /** The left key that belongs to a right key. The key must have been loaded. */
  left(rightKey: string): string | undefined;
}

/** What a mapping may ask for. */
export interface MappingContext {
  readonly tenant: string;
  readonly flow: string;
  readonly signal: AbortSignal | undefined;
  /** The identity map of a space, for example that of another flow. */
  links(space: string): LinkLookup;
}

/** Turns records of the source into records of the target. */
export interface Mapping<Source extends ErpRecord = ErpRecord, Target extends ErpRecord = Source> {
  /**
   * Version of the mapping. Under a new one every record is mapped and written again, in a run that
   * reads everything, and the identity map says of each record which version made it.
   */
  readonly version?: string | undefined;
  /**
   * Whether a field that a mapped record had and has no more is empty at the source, and is to be
   * emptied at the target: of all fields, or of those that are named. Without it such a field stays
   * as it is at the target; an explicit `null` empties it in any case.
   * @default false
   */
  readonly clears?: boolean | readonly string[] | undefined;
  /** Looks up what `map` needs, for a whole page at once. */
  prepare?(records: readonly Source[], context: MappingContext): Promise<void>;
  /**
   * One record becomes one, several (an order with lines at a system without lines) or none
   * (`undefined`: it does not belong to the flow). What it throws goes to the dead letters.
   */
  map(
    record: Source,
    context: MappingContext,
  ): MappedRecord<Target> | readonly MappedRecord<Target>[] | undefined;
}
