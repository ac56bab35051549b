import { ConnectorError } from '@common/connector-core';
import type { MappedReference, ReferenceResolver } from '@common/connector-core/mapping';
import type { LinkSide } from '../state/link.ts';
import type { MappingContext } from './mapping.ts';

/** Which identity map knows the keys of an entity, and which of its sides the template's vendor is. */
export interface ReferenceLink {
  readonly space: string;
  readonly vendor: LinkSide;
}

/** Identity maps by the entity that `reference` codecs name. */
export interface ReferenceLinks {
  readonly [entity: string]: ReferenceLink;
}

const otherSide = (side: LinkSide): LinkSide => (side === 'left' ? 'right' : 'left');

/** Reads the links of all keys that a page asks for, one read per identity map. */
export async function loadReferences(
  links: ReferenceLinks,
  needed: readonly MappedReference[],
  { direction, context }: { direction: 'encode' | 'decode'; context: MappingContext },
): Promise<void> {
  const bySpace = new Map<string, { readonly left: Set<string>; readonly right: Set<string> }>();
  for (const { entity, key } of needed) {
    const { space, vendor } = linkOf(links, entity);
    const keys = bySpace.get(space) ?? { left: new Set(), right: new Set() };
    keys[direction === 'decode' ? vendor : otherSide(vendor)].add(key);
    bySpace.set(space, keys);
  }
  for (const [space, { left, right }] of bySpace) {
    await context.links(space).load({ left: [...left], right: [...right] });
  }
}

/** Translates keys by the links that were loaded. */
export function linkedReferences(
  links: ReferenceLinks,
  context: MappingContext,
): ReferenceResolver {
  const translate = (entity: string, key: string, isVendorKey: boolean): string | undefined => {
    const { space, vendor } = linkOf(links, entity);
    const side = isVendorKey ? vendor : otherSide(vendor);
    const lookup = context.links(space);
    return side === 'left' ? lookup.right(key) : lookup.left(key);
  };
  return {
    toCanonical: (entity, key) => translate(entity, key, true),
    toVendor: (entity, key) => translate(entity, key, false),
  };
}

function linkOf(links: ReferenceLinks, entity: string): ReferenceLink {
  const link = Object.hasOwn(links, entity) ? links[entity] : undefined;
  if (link !== undefined) return link;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The template has references to "${entity}", and templateMapping was not told which identity map knows them. Add references: { ${entity}: { space, vendor } }; the space is the \`link.space\` of the flow that syncs "${entity}".`,
  });
}
