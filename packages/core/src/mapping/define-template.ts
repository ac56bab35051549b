import { ConnectorError } from '../errors/connector-error.ts';
import { checkCanonicalPaths } from './canonical-paths.ts';
import type { TemplateProblem } from './check.ts';
import type { MappingTemplate } from './mapping-template.ts';
import { checkMeaning } from './template-meaning.ts';
import { checkShape } from './template-shape.ts';

/**
 * Checks a template and returns it.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` that lists what is wrong, with paths such as
 * `fields[2].codec.kind` and the name that a misspelt one probably means
 */
export function defineTemplate(template: MappingTemplate): MappingTemplate {
  return checkedTemplate(template);
}

/**
 * Reads a template from JSON text or parsed JSON.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE`, as {@link defineTemplate}
 */
export function parseTemplate(source: unknown): MappingTemplate {
  if (typeof source !== 'string') return checkedTemplate(source);
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_INVALID_TEMPLATE',
      category: 'mapping',
      message: 'A mapping template is not valid JSON; check commas, quotes and brackets.',
      cause,
    });
  }
  return checkedTemplate(parsed);
}

function checkedTemplate(value: unknown): MappingTemplate {
  const shapeProblems = checkShape(value);
  if (shapeProblems.length > 0) throw templateError(value, shapeProblems);
  const template = value as MappingTemplate;
  const problems = [...checkMeaning(template), ...checkCanonicalPaths(template)];
  if (problems.length > 0) throw templateError(value, problems);
  return template;
}

/** One error for all problems of a template. */
export function templateError(
  template: unknown,
  problems: readonly TemplateProblem[],
): ConnectorError {
  const id = (template as { id?: unknown } | null)?.id;
  const name = typeof id === 'string' && id !== '' ? ` ${id}` : '';
  const lines = problems.slice(0, 10).map(({ path, message }) => `${path || 'it'} ${message}`);
  const more = problems.length > 10 ? ` And ${problems.length - 10} more.` : '';
  return new ConnectorError({
    code: 'ERR_INVALID_TEMPLATE',
    category: 'mapping',
    message: `The mapping template${name} is not valid: ${lines.join(' ')}${more}`,
    path: problems[0]?.path || undefined,
  });
}
