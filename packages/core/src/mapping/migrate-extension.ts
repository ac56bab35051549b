import type { TemplateProblem } from './check.ts';
import { templateError } from './define-template.ts';
import { extendTemplate } from './extend-template.ts';
import type { MappingTemplate } from './mapping-template.ts';
import { applyStep } from './migration-steps.ts';
import { checkExtension } from './parse-extension.ts';
import type { TemplateExtension } from './template-extension.ts';
import type { TemplateMigration } from './template-migration.ts';

export interface MigratedExtension {
  /** For the version of the given template; its own version is one more, unless nothing was to do. */
  readonly extension: TemplateExtension;
  /** What became superfluous and was left out, with the path that it had by then. */
  readonly notes: readonly TemplateProblem[];
}

/**
 * Brings a tenant's extension from the version of the template that it was made for to that of `base`, by the
 * steps that were published with the versions between, and proves that it can be applied.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` with paths in the extension, fields under their new names: for what cannot be carried over,
 * for a version without a migration, for an extension that does not say its base
 */
export function migrateExtension({
  extension,
  base,
  migrations,
}: {
  readonly extension: TemplateExtension;
  readonly base: MappingTemplate;
  readonly migrations: readonly TemplateMigration[];
}): MigratedExtension {
  const problems = [...checkExtension(extension)];
  if (problems.length > 0) throw templateError(extension, problems);
  const from = startOf(extension, base);
  if (typeof from !== 'number') throw templateError(extension, [from]);
  if (from === base.version) {
    extendTemplate(base, extension);
    return { extension, notes: [] };
  }
  const notes: TemplateProblem[] = [];
  let migrated = extension;
  for (let version = from; version < base.version; ) {
    const next = migrations.find(
      (migration) =>
        migration.template === base.id && migration.from === version && migration.to > version,
    );
    if (next === undefined || next.to > base.version) {
      const message = `is version ${from} of ${base.id}; from version ${version} towards ${base.version} no migration is given.`;
      throw templateError(extension, [{ path: 'base.version', message }]);
    }
    for (const step of next.steps) {
      migrated = applyStep(migrated, step, { version: next.to, problems, notes });
    }
    version = next.to;
  }
  if (problems.length > 0) throw templateError(extension, problems);
  const result: TemplateExtension = {
    ...migrated,
    version: extension.version + 1,
    base: { id: base.id, version: base.version },
  };
  extendTemplate(base, result);
  return { extension: result, notes };
}

function startOf(extension: TemplateExtension, base: MappingTemplate): number | TemplateProblem {
  const made = extension.base;
  if (made === undefined) {
    return {
      path: 'base',
      message: 'is missing; say for which template and version the extension was made.',
    };
  }
  if (made.id !== base.id) {
    return { path: 'base.id', message: `is "${made.id}", and the template is "${base.id}".` };
  }
  if (made.version > base.version) {
    const message = `is ${made.version}, later than the template's ${base.version}; there is no way back.`;
    return { path: 'base.version', message };
  }
  return made.version;
}
