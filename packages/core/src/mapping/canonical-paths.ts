import type { z } from 'zod';
import { entitySchemas } from '../entities/canonical-entities.ts';
import type { TemplateProblem } from './check.ts';
import { parsePath } from './field-path.ts';
import type { FieldMapping, MappingTemplate } from './mapping-template.ts';
import { didYouMean } from './nearest-name.ts';

/**
 * Canonical paths that lead nowhere, in templates of the core's own entities. Whatever a template calls
 * its canonical side otherwise is the plugin's own and not looked at.
 */
export function checkCanonicalPaths(template: MappingTemplate): readonly TemplateProblem[] {
  const { entity, system } = template.canonical;
  if (system !== undefined || !Object.hasOwn(entitySchemas, entity)) return [];
  const problems: TemplateProblem[] = [];
  checkFields(
    template.fields,
    'fields',
    entitySchemas[entity as keyof typeof entitySchemas],
    problems,
  );
  return problems;
}

function checkFields(
  fields: readonly FieldMapping[],
  at: string,
  schema: z.core.$ZodType,
  problems: TemplateProblem[],
): void {
  for (const [index, field] of fields.entries()) {
    if (!('canonical' in field)) continue;
    const path = parsePath(field.canonical);
    if ('problem' in path) continue;
    const reached = follow(path.steps, schema, (name, known) =>
      problems.push({
        path: `${at}[${index}].canonical`,
        message: `there is no field "${name}" in "${field.canonical}".${didYouMean(name, known)}`,
      }),
    );
    if ('each' in field && reached !== undefined) {
      checkFields(field.each, `${at}[${index}].each`, reached, problems);
    }
  }
}

/** The schema at the end of a path; `undefined` where any name may stand, or none does. */
function follow(
  steps: readonly { readonly name: string }[],
  schema: z.core.$ZodType,
  onUnknown: (name: string, known: readonly string[]) => void,
): z.core.$ZodType | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return schema;
  const shape = shapeOf(schema);
  const next = shape && Object.hasOwn(shape, step.name) ? shape[step.name] : undefined;
  if (shape !== undefined && next === undefined) onUnknown(step.name, Object.keys(shape));
  return next && follow(rest, next, onUnknown);
}

/** The fields of an object, or of the objects in a list; `undefined` where any name may stand. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional') return shapeOf(def.innerType);
  if (def.type === 'array') return shapeOf(def.element);
  return def.type === 'object' ? def.shape : undefined;
}
