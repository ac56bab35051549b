import type { Service } from './odata/model.ts';

export interface ServiceAddress {
  readonly service: Service;
  /** Below the service root, percent-encoded, without a slash in front. */
  readonly path: string;
  /** The root as it was called, with its matrix parameters (`;v=2`). */
  readonly rootPath: string;
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Compiles the search for the service that a path belongs to. */
export function serviceFinder(
  services: readonly Service[],
): (path: string) => ServiceAddress | undefined {
  const patterns = services.map((service) => ({
    service,
    pattern: new RegExp(`^(${escapePattern(service.path)}(?:;[^/]*)?)(?:/(.*))?$`, 's'),
  }));
  return (path) => {
    for (const { service, pattern } of patterns) {
      const match = pattern.exec(path);
      if (match) return { service, rootPath: match[1]!, path: match[2] ?? '' };
    }
    return undefined;
  };
}
