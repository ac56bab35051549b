import type { CrashIdempotency, Verdict } from './crash-messages.ts';
import type { SourceRow } from './crash-source.ts';

/** One change of a write, as it goes over the wire. */
export interface TargetChange {
  readonly op: 'upsert' | 'delete';
  /** Absent: a create. */
  readonly key?: string | undefined;
  readonly reference?: string | undefined;
  readonly fields?: Readonly<Record<string, string | null>> | undefined;
}

/** What came of it. */
export interface TargetResult {
  readonly status: 'created' | 'updated' | 'deleted' | 'missing';
  readonly key: string;
}

export interface TargetRow {
  readonly key: string;
  readonly reference: string;
  readonly fields: Readonly<Record<string, string | null>>;
}

/** A system that assigns its keys and counts everything that is done to it. */
export interface CrashTarget {
  /** @param sender - for the reader, when something was doubled */
  apply(change: TargetChange, sender: string): TargetResult;
  byReference(reference: string): readonly TargetRow[];
  /** Compares it with its source. */
  judge(source: ReadonlyMap<string, SourceRow>): Pick<Verdict, 'lost' | 'doubled' | 'examples'>;
  readonly effects: number;
}

/** `native`: a create with a known key answers the record that it made. Else every create makes a record. */
export function createCrashTarget(idempotency: CrashIdempotency): CrashTarget {
  const rows = new Map<string, TargetRow>();
  const keysByReference = new Map<string, string[]>();
  /** By the source record that the content names. */
  const createsByOrigin = new Map<string, string[]>();
  let serial = 0;
  let effects = 0;

  function create({ reference = '', fields = {} }: TargetChange, sender: string): TargetResult {
    const known = keysByReference.get(reference);
    if (idempotency === 'native' && known?.[0] !== undefined) {
      return { status: 'created', key: known[0] };
    }
    serial += 1;
    effects += 1;
    const key = `t${serial}`;
    const origin = String(fields.origin);
    rows.set(key, { key, reference, fields });
    keysByReference.set(reference, [...(known ?? []), key]);
    createsByOrigin.set(origin, [
      ...(createsByOrigin.get(origin) ?? []),
      `${reference} by ${sender}`,
    ]);
    return { status: 'created', key };
  }

  return {
    get effects() {
      return effects;
    },
    byReference: (reference) =>
      (keysByReference.get(reference) ?? []).flatMap((key) => rows.get(key) ?? []),
    apply(change, sender) {
      const { op, key, fields = {} } = change;
      if (key === undefined) return create(change, sender);
      const row = rows.get(key);
      if (row === undefined) return { status: 'missing', key };
      effects += 1;
      if (op === 'delete') {
        rows.delete(key);
        return { status: 'deleted', key };
      }
      rows.set(key, { ...row, fields: { ...row.fields, ...fields } });
      return { status: 'updated', key };
    },
    judge(source) {
      const examples: string[] = [];
      const textOf = new Map<string, string>();
      for (const { fields } of rows.values()) {
        textOf.set(String(fields.origin), String(fields.text));
      }
      let lost = 0;
      for (const { id, text, isDeleted } of source.values()) {
        const found = textOf.get(id);
        if (found === (isDeleted ? undefined : text)) continue;
        lost += 1;
        examples.push(`${id} is "${found}", not "${isDeleted ? undefined : text}"`);
      }
      let doubled = 0;
      for (const [origin, creates] of createsByOrigin) {
        if (creates.length > 1) examples.push(`${origin} was created as ${creates.join(', ')}`);
        doubled += creates.length - 1;
        if (source.has(origin)) continue;
        doubled += 1;
        examples.push(`${origin} is of no source`);
      }
      return { lost, doubled, examples: examples.slice(0, 5) };
    },
  };
}
