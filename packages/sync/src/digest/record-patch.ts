import type { ErpRecord } from '@common/connector-core';
import { fieldsOf, isBookkeeping, isEmptyList, type Shadow, type ShadowField } from './shadow.ts';

/** How a record that was synced before is turned into a patch. */
export interface PatchOptions {
  /** What the target had at the last agreement. */
  readonly base: Shadow;
  /** The fields of the record as they are now. */
  readonly now: ReadonlyMap<string, ShadowField>;
  /** Whether a field that the record does not have any more is empty (and not just left out). */
  readonly isCleared: (name: string, field: ShadowField) => boolean;
  /** Whether a field is left as the target has it, whatever it is here. */
  readonly left?: ((name: string) => boolean) | undefined;
}

/** Says in which currency the amounts of a patch are; it goes along with whatever is sent. */
const companions: ReadonlySet<string> = new Set(['currency']);

/**
 * The fields of a record that differ from the last agreement, `null` (or an empty list) for those that
 * were cleared.
 *
 * @returns `undefined` when nothing differs
 */
export function recordPatch(record: ErpRecord, options: PatchOptions): ErpRecord | undefined {
  const { base, now, isCleared, left = () => false } = options;
  const patch = new Map<string, unknown>();
  const custom = new Map<string, unknown>();
  let isChanged = false;
  const set = (name: string, value: unknown) => {
    if (name.startsWith('custom.')) custom.set(name.slice('custom.'.length), value);
    else patch.set(name, value);
    isChanged = true;
  };
  for (const [name, value] of fieldsOf(record)) {
    if (left(name)) continue;
    const before = base.fields.get(name);
    // An explicit null of a mapping: send it once.
    const isSame =
      value === null
        ? before === undefined
        : before !== undefined && before.digest !== '' && before.digest === now.get(name)?.digest;
    if (!isSame) set(name, value);
    else if (companions.has(name)) patch.set(name, value);
  }
  for (const [name, field] of base.fields) {
    if (now.has(name) || left(name) || isEmptyList(field)) continue;
    if (isCleared(name, field)) set(name, field.isList ? [] : null);
  }
  if (!isChanged) return undefined;
  for (const [name, value] of Object.entries(record))
    if (isBookkeeping(name)) patch.set(name, value);
  if (custom.size > 0) patch.set('custom', Object.fromEntries(custom));
  return Object.fromEntries(patch) as ErpRecord;
}
