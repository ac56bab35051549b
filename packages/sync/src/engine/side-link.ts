import type { Link, LinkSide } from '../state/link.ts';

/** A link as one flow sees it: from its source to its target. */
export interface SideLink {
  /** Key of the source record or part. */
  readonly key: string;
  /** The part, if it is one. */
  readonly sourcePart: string | undefined;
  /** Key at the target, with the target part if there is one. */
  readonly targetKey: string;
  readonly targetPart: string | undefined;
  readonly sourceDigest: string;
  readonly targetDigest: string;
  /** What each side had field by field, see `Shadow`. */
  readonly sourceShadow: string | undefined;
  readonly targetShadow: string | undefined;
  readonly version: number;
  readonly deleted: boolean;
}

export function sideLinkOf(link: Link, side: LinkSide): SideLink {
  const { version, deleted } = link;
  return side === 'left'
    ? {
        key: link.leftKey,
        sourcePart: link.leftPart,
        targetKey: link.rightKey,
        targetPart: link.rightPart,
        sourceDigest: link.leftDigest,
        targetDigest: link.rightDigest,
        sourceShadow: link.leftShadow,
        targetShadow: link.rightShadow,
        version,
        deleted,
      }
    : {
        key: link.rightKey,
        sourcePart: link.rightPart,
        targetKey: link.leftKey,
        targetPart: link.leftPart,
        sourceDigest: link.rightDigest,
        targetDigest: link.leftDigest,
        sourceShadow: link.rightShadow,
        targetShadow: link.leftShadow,
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
        leftPart: view.sourcePart,
        rightPart: view.targetPart,
        leftDigest: view.sourceDigest,
        rightDigest: view.targetDigest,
        leftShadow: view.sourceShadow,
        rightShadow: view.targetShadow,
        version,
        deleted,
        updatedAt,
      }
    : {
        leftKey: view.targetKey,
        rightKey: view.key,
        leftPart: view.targetPart,
        rightPart: view.sourcePart,
        leftDigest: view.targetDigest,
        rightDigest: view.sourceDigest,
        leftShadow: view.targetShadow,
        rightShadow: view.sourceShadow,
        version,
        deleted,
        updatedAt,
      };
}

/** The key of the source record that a link is about, without its part. */
export function recordKeyOf({ key, sourcePart }: SideLink): string {
  return sourcePart === undefined ? key : key.slice(0, -sourcePart.length - 1);
}

/** `10` of `4500000001/10`. */
export function partOf(key: string, sourceKey: string): string | undefined {
  return key === sourceKey ? undefined : key.slice(sourceKey.length + 1);
}
