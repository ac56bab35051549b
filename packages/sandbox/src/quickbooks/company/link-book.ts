import type { EntityName } from '../model/entity-definition.ts';
import type { Row } from './row.ts';

/** That one transaction settles or continues another. */
export interface Link {
  readonly type: EntityName;
  readonly id: string;
  readonly cents: number;
  /** The line of the target that is meant. */
  readonly lineId?: string | undefined;
}

/** A link as its target sees it. */
export interface IncomingLink {
  readonly source: Row;
  readonly cents: number;
  readonly lineId?: string | undefined;
}

export interface LinkBook {
  /** Replaces the links of a transaction; answers the keys of all targets, former ones too. */
  set(source: Row, links: readonly Link[]): ReadonlySet<string>;
  to(type: EntityName, id: string): readonly IncomingLink[];
}

const keyOf = (type: string, id: string): string => `${type}/${id}`;

export function createLinkBook(): LinkBook {
  const targetsBySource = new Map<string, ReadonlySet<string>>();
  const byTarget = new Map<string, IncomingLink[]>();

  return {
    set(source, links) {
      const before = targetsBySource.get(source.key) ?? new Set<string>();
      for (const target of before) {
        const others = (byTarget.get(target) ?? []).filter((link) => link.source !== source);
        if (others.length === 0) byTarget.delete(target);
        else byTarget.set(target, others);
      }
      for (const { type, id, cents, lineId } of links) {
        const target = keyOf(type, id);
        byTarget.set(target, [...(byTarget.get(target) ?? []), { source, cents, lineId }]);
      }
      const after = new Set(links.map(({ type, id }) => keyOf(type, id)));
      targetsBySource.set(source.key, after);
      return new Set([...before, ...after]);
    },
    to: (type, id) => byTarget.get(keyOf(type, id)) ?? [],
  };
}
