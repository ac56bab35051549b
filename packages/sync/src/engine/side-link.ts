import type { Link, LinkSide } from '../state/link.ts';

/** A link as one flow sees it: from its source to its target. */
export interface SideLink {
  /** Key of the source record or part. */
  readonly key: string;
  /** Key at the target, with the target part if there is one. */
  readonly targetKey: string;
  readonly sourceDigest: string;
  readonly targetDigest: string;
  readonly version: number;
  readonly deleted: boolean;
}

export function sideLinkOf(link: Link, side: LinkSide): SideLink {
  const { version, deleted } = link;
  return side === 'left'
    ? {
        key: link.leftKey,
        targetKey: link.rightKey,
        sourceDigest: link.leftDigest,
        targetDigest: link.rightDigest,
        version,
        deleted,
      }
    : {
        key: link.rightKey,
        targetKey: link.leftKey,
        sourceDigest: link.rightDigest,
        targetDigest: link.leftDigest,
        version,
        deleted,
      };
}

export function linkOf(view: SideLink, side: LinkSide, updatedAt: number): Link {
  const { version, deleted } = view;
  return side === 'left'
    ? {
        leftKey: view.key,
        rightKey: view.targetKey,
        leftDigest: view.sourceDigest,
        rightDigest: view.targetDigest,
        version,
        deleted,
        updatedAt,
      }
    : {
        leftKey: view.targetKey,
        rightKey: view.key,
        leftDigest: view.targetDigest,
        rightDigest: view.sourceDigest,
        version,
        deleted,
        updatedAt,
      };
}
