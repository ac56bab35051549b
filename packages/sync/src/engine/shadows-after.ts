import type { ErpRecord } from '@common/connector-core';
import {
  fieldsOf,
  formatShadow,
  parseShadow,
  type Shadow,
  type ShadowField,
  shadowFields,
} from '../digest/shadow.ts';
import type { Flow } from './flow.ts';
import type { SideLink } from './side-link.ts';

/** What both sides have once a mapped record is at the target. */
export interface ShadowsAfter {
  readonly sourceShadow: string | undefined;
  readonly targetShadow: string | undefined;
  /** The mapped record, field by field. */
  readonly now: ReadonlyMap<string, ShadowField>;
  /** The target at the last agreement; absent when it is not known. */
  readonly base: Shadow | undefined;
}

const nothing: ReadonlyMap<string, ShadowField> = new Map();

export function shadowsAfter(
  flow: Flow,
  {
    record,
    part,
    live,
  }: {
    readonly record: ErpRecord;
    /** What the source side is compared by. */
    readonly part: ErpRecord;
    readonly live: SideLink | undefined;
  },
): ShadowsAfter {
  const { shadow, canonicalJson } = flow;
  if (shadow === undefined) {
    const mapping = flow.mapping.version;
    return {
      sourceShadow: live?.sourceShadow,
      targetShadow: mapping === undefined ? undefined : formatShadow({ mapping, fields: nothing }),
      now: nothing,
      base: undefined,
    };
  }
  const base = parseShadow(live?.targetShadow);
  const now = shadowFields(record, canonicalJson, shadow.tag);
  const values = fieldsOf(record);
  const target = new Map<string, ShadowField>();
  for (const [name, field] of base?.fields ?? []) {
    const isGone = values.get(name) === null || isCleared(flow, name, field);
    // What this flow cleared is gone; what it leaves out, or another one brings, is still there.
    if (now.has(name) || !isGone) target.set(name, field);
  }
  for (const [name, field] of now) target.set(name, field);
  return {
    // Only the other direction of a pair asks for it.
    sourceShadow: shadow.isShared ? sourceAfter(flow, part, live) : live?.sourceShadow,
    targetShadow: formatShadow({ mapping: flow.mapping.version, fields: target }),
    now,
    base,
  };
}

/** Whether a field that the mapped record has no more was emptied at the source. */
export function isCleared(flow: Flow, name: string, field: ShadowField): boolean {
  const { shadow } = flow;
  if (shadow === undefined || !shadow.clears(name)) return false;
  return field.tag === shadow.tag || shadow.compared.has(name);
}

function sourceAfter(flow: Flow, part: ErpRecord, live: SideLink | undefined): string {
  const before = parseShadow(live?.sourceShadow);
  const fields = new Map<string, ShadowField>();
  for (const [name, field] of shadowFields(part, flow.canonicalJson, '')) {
    const known = before?.fields.get(name);
    fields.set(name, { ...field, tag: known?.tag ?? '' });
  }
  return formatShadow({ mapping: before?.mapping, fields });
}
