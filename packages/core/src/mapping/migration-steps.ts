import { isObject, type TemplateProblem } from './check.ts';
import { renameInExtension } from './rename-fields.ts';
import type { FieldOverride, TemplateExtension } from './template-extension.ts';
import type { MigrationStep } from './template-migration.ts';

interface Report {
  /** The version that the step leads to. */
  readonly version: number;
  readonly problems: TemplateProblem[];
  readonly notes: TemplateProblem[];
}

/** What one change of a template makes of an extension. What cannot be carried over becomes a problem. */
export function applyStep(
  extension: TemplateExtension,
  step: MigrationStep,
  report: Report,
): TemplateExtension {
  if ('renamed' in step) {
    return renameInExtension(extension, { side: 'canonical', from: step.renamed, to: step.to });
  }
  if ('vendorRenamed' in step) {
    return renameInExtension(extension, { side: 'vendor', from: step.vendorRenamed, to: step.to });
  }
  if ('tableRenamed' in step) return renameTable(extension, step.tableRenamed, step.to);
  if ('removed' in step) return removeField(extension, step, report);
  return changeCodec(extension, step, report);
}

function removeField(
  extension: TemplateExtension,
  { removed, why }: Extract<MigrationStep, { removed: string }>,
  { version, problems, notes }: Report,
): TemplateExtension {
  const isGone = (name: string) => name === removed || name.startsWith(`${removed}[].`);
  const because = why === undefined ? '' : ` (${why})`;
  for (const name of Object.keys(extension.override ?? {}).filter(isGone)) {
    problems.push({
      path: `override.${name}`,
      message: `changes a field that version ${version} does not have any more${because}; take it out, or add the field yourself.`,
    });
  }
  extension.add?.forEach((field, index) => {
    if (!('canonical' in field) || !field.canonical.startsWith(`${removed}[].`)) return;
    const message = `lies in a list that version ${version} does not have any more${because}; take it out.`;
    problems.push({ path: `add[${index}]`, message });
  });
  if (extension.remove === undefined) return extension;
  extension.remove.forEach((name, index) => {
    if (!isGone(name)) return;
    notes.push({
      path: `remove[${index}]`,
      message: `is superfluous: version ${version} does not have the field any more${because}.`,
    });
  });
  return { ...extension, remove: extension.remove.filter((name) => !isGone(name)) };
}

function changeCodec(
  extension: TemplateExtension,
  { codecChanged, options = {} }: Extract<MigrationStep, { codecChanged: string }>,
  { version, problems, notes }: Report,
): TemplateExtension {
  const override = extension.override?.[codecChanged];
  const codec = override?.codec;
  const path = `override.${codecChanged}.codec`;
  if (override === undefined || !isObject(codec)) return extension;
  if (codec.kind !== undefined) {
    const message = `replaces the codec, which is another one since version ${version}; see whether that is still wanted.`;
    notes.push({ path, message });
    return extension;
  }
  const kept = Object.entries(codec).flatMap(([option, value]) => {
    const now = Object.hasOwn(options, option) ? options[option] : undefined;
    if (typeof now === 'string') return [[now, value] as const];
    const at = { path: `${path}.${option}` };
    if (now === null) {
      const message = `is superfluous: the codec of version ${version} does not need it.`;
      notes.push({ ...at, message });
    } else {
      const message = `belongs to a codec that version ${version} replaced; give the whole codec, with its kind, or take it out.`;
      problems.push({ ...at, message });
    }
    return [];
  });
  const { codec: _, ...rest } = override;
  const changed: FieldOverride =
    kept.length === 0 ? rest : { ...rest, codec: Object.fromEntries(kept) };
  return { ...extension, override: { ...extension.override, [codecChanged]: changed } };
}

function renameTable(extension: TemplateExtension, from: string, to: string): TemplateExtension {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        name === 'table' && inner === from ? to : renamed(inner),
      ]),
    );
  };
  const { override, add, tables } = extension;
  return {
    ...extension,
    ...(override && { override: renamed(override) as NonNullable<typeof override> }),
    ...(add && { add: renamed(add) as NonNullable<typeof add> }),
    ...(tables && {
      tables: Object.fromEntries(
        Object.entries(tables).map(([name, rows]) => [name === from ? to : name, rows]),
      ),
    }),
  };
}
