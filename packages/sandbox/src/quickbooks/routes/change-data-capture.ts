import type { Records } from '../company/records.ts';
import type { Row } from '../company/row.ts';
import { businessRule, missing, unsupported } from '../fault/refusals.ts';
import { findEntity } from '../model/entities.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import type { JsonObject } from '../model/json-object.ts';

// Sources: quickbooks facts 2.5. Over all entities together, and there is no second page.
const maximumObjects = 1_000;
const lookBackMs = 30 * 86_400_000;

function readEntities(list: string): readonly EntityDefinition[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) throw missing('entities');
  return names.map((name) => {
    const definition = findEntity(name);
    if (!definition || definition.hasCdc === false) throw unsupported(`CDC of ${name}`);
    return definition;
  });
}

function readSince(text: string, now: number): number {
  if (text === '') throw missing('changedSince');
  // A plus sign that was not encoded arrives as a space.
  const since = Date.parse(text.replace(/ (?=\d\d:?\d\d$)/, '+'));
  if (Number.isNaN(since)) throw businessRule('changedSince is no date', 'changedSince');
  if (since < now - lookBackMs) {
    throw businessRule('changedSince lies more than 30 days back', 'changedSince');
  }
  return since;
}

/** What changed since an instant, deleted records as markers. */
export function readChanges(
  records: Records,
  asked: { readonly entities: string; readonly changedSince: string; readonly now: number },
): JsonObject {
  const definitions = readEntities(asked.entities);
  const since = Math.floor(readSince(asked.changedSince, asked.now) / 1_000) * 1_000;
  let room = maximumObjects;
  const QueryResponse = definitions.map((definition) => {
    const changed: Row[] = [];
    for (const row of records.company.rows(definition.name)) {
      if (row.changedAt >= since) changed.push(row);
    }
    changed.sort((left, right) => left.changedAt - right.changedAt);
    const shown = changed.slice(0, room);
    room -= shown.length;
    if (shown.length === 0) return {};
    return {
      [definition.name]: shown.map(records.render),
      startPosition: 1,
      maxResults: shown.length,
      ...(changed.length === shown.length ? {} : { totalCount: changed.length }),
    };
  });
  return { CDCResponse: [{ QueryResponse }] };
}
