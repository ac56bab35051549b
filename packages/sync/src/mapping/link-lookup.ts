import { ConnectorError } from '@common/connector-core';
import type { LinkSide } from '../state/link.ts';
import type { StateStore } from '../state/state-store.ts';
import type { LinkLookup } from './mapping.ts';

/** A look-up that reads from a store and remembers what it read, for one page. */
export function createLinkLookup(options: {
  readonly store: StateStore;
  readonly tenant: string;
  readonly space: string;
}): LinkLookup {
  const { store, tenant, space } = options;
  const known = {
    left: new Map<string, string | undefined>(),
    right: new Map<string, string | undefined>(),
  };

  async function loadSide(side: LinkSide, keys: readonly string[] | undefined): Promise<void> {
    if (keys === undefined || keys.length === 0) return;
    const links = await store.transaction(
      (state) => state.links.byKeys({ tenant, space }, side, keys),
      { readOnly: true },
    );
    for (const key of keys) known[side].set(key, undefined);
    for (const link of links) {
      if (link.deleted) continue;
      if (side === 'left') known.left.set(link.leftKey, link.rightKey);
      else known.right.set(link.rightKey, link.leftKey);
    }
  }

  function lookUp(side: LinkSide, key: string): string | undefined {
    if (known[side].has(key)) return known[side].get(key);
    throw new ConnectorError({
      code: 'ERR_MAPPING',
      category: 'mapping',
      message: `The ${side} key was not loaded from the identity map "${space}". Load the keys of the page in the mapping's prepare().`,
    });
  }

  return {
    async load({ left, right }) {
      await loadSide('left', left);
      await loadSide('right', right);
    },
    right: (leftKey) => lookUp('left', leftKey),
    left: (rightKey) => lookUp('right', rightKey),
  };
}
