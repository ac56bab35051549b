import { ConnectorError } from '../errors/connector-error.ts';
import { checkCanonicalPaths } from './canonical-paths.ts';
import { isTooDeep, type TemplateProblem, tooDeep } from './check.ts';
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
  return checkedTemplate(parsedJson(source, 'A mapping template'));
}

/** JSON text parsed; anything else as it is. */
export function parsedJson(source: unknown, what: string): unknown {
  if (typeof source !== 'string') return source;
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_INVALID_TEMPLATE',
      category: 'mapping',
      message: `${what} is not valid JSON; check commas, quotes and brackets.`,
      cause,
    });
  }
}

function checkedTemplate(value: unknown): MappingTemplate {
  const problems = problemsOfTemplate(value);
  if (problems.length > 0) throw templateError(value, problems);
  return value as MappingTemplate;
}

/** What is wrong with a template; none is good. */
export function problemsOfTemplate(value: unknown): readonly TemplateProblem[] {
  const problems = isTooDeep(value) ? [tooDeep] : checkShape(value);
  if (problems.length > 0) return problems;
  const template = value as MappingTemplate;
  return [...checkMeaning(template), ...checkCanonicalPaths(template)];
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
