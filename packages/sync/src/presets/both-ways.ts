import type { IErpConnector } from '@common/connector-core';
import type { ConflictPolicy } from '../engine/conflict-policy.ts';
import type { SyncOptions } from '../engine/sync-options.ts';
import type { Mapping } from '../mapping/mapping.ts';

/** Options of `bothWays`; what is not named here goes to both flows. */
export interface BothWaysOptions
  extends Omit<
    SyncOptions,
    'id' | 'source' | 'target' | 'entity' | 'mapping' | 'link' | 'conflicts' | 'compare'
  > {
  /** Names the pair: its identity map, and `<id>-to-right` and `<id>-to-left`. */
  readonly id: string;
  readonly left: IErpConnector;
  readonly right: IErpConnector;
  /** One name, or two where the sides differ. */
  readonly entity: string | { readonly left: string; readonly right: string };
  /** @default canonical records are written as they were read */
  readonly mappings?: { readonly toRight: Mapping; readonly toLeft: Mapping } | undefined;
  /** The fields that both systems keep as they were written. */
  readonly compare: readonly string[];
  /**
   * Whose value stands when both sides change a field.
   * @default 'hold'
   */
  readonly conflicts?: 'left' | 'right' | 'newest' | 'hold' | undefined;
}

/** The flows of a pair, for `createSync`. */
export interface BothWays {
  readonly toRight: SyncOptions;
  readonly toLeft: SyncOptions;
}

/**
 * Two flows that keep records of two systems the same, for example customers, suppliers or orders that
 * are changed in either. They share an identity map and decide conflicts alike. Run them one after
 * the other.
 */
export function bothWays(options: BothWaysOptions): BothWays {
  const { id, left, right, entity, mappings, compare, conflicts = 'hold', ...shared } = options;
  const names = typeof entity === 'string' ? { left: entity, right: entity } : entity;
  const policy = (own: 'left' | 'right'): ConflictPolicy => {
    if (conflicts === 'newest' || conflicts === 'hold') return conflicts;
    return conflicts === own ? 'source' : 'target';
  };
  return {
    toRight: {
      ...shared,
      id: `${id}-to-right`,
      source: left,
      target: right,
      entity: { source: names.left, target: names.right },
      mapping: mappings?.toRight,
      link: { space: id, side: 'left' },
      compare,
      conflicts: policy('left'),
    },
    toLeft: {
      ...shared,
      id: `${id}-to-left`,
      source: right,
      target: left,
      entity: { source: names.right, target: names.left },
      mapping: mappings?.toLeft,
      link: { space: id, side: 'right' },
      compare,
      conflicts: policy('right'),
    },
  };
}
