import {
  anyText,
  check,
  isObject,
  isTooDeep,
  listOf,
  required,
  shape,
  someText,
  type TemplateProblem,
  tableOf,
  tooDeep,
  wholeNumber,
} from './check.ts';
import { parsedJson, templateError } from './define-template.ts';
import type { TemplateExtension } from './template-extension.ts';
import { customFields, table } from './template-shape.ts';

const record = check(
  (value, path, problems) => {
    if (!isObject(value)) problems.push({ path, message: 'must be a record.' });
  },
  () => ({ type: 'object' }),
);

// What the fields say is checked in the template that they become part of; here only where they go.
const addedField = check((value, path, problems) => {
  record(value, path, problems);
  if (!isObject(value)) return;
  for (const side of ['vendor', 'canonical'] as const) {
    if (value[side] !== undefined) someText(value[side], `${path}.${side}`, problems);
  }
}, record.schema);

const versioned = { id: required(someText), version: required(wholeNumber(1, 1e9)) };

const extension = shape({
  ...versioned,
  base: shape(versioned),
  description: anyText,
  override: tableOf(record),
  add: listOf(addedField),
  remove: listOf(someText),
  custom: customFields,
  tables: tableOf(table),
});

/** What is wrong with the form of an extension. */
export function checkExtension(value: unknown): readonly TemplateProblem[] {
  if (isTooDeep(value)) return [tooDeep];
  const problems: TemplateProblem[] = [];
  extension(value, '', problems);
  return problems;
}

/**
 * Reads a tenant's extension from JSON text or parsed JSON. Whether it fits a template is seen when it is
 * applied, see `extendTemplate`.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` with the path of what is wrong
 */
export function parseExtension(source: unknown): TemplateExtension {
  const value = parsedJson(source, 'A template extension');
  const problems = checkExtension(value);
  if (problems.length > 0) throw templateError(value, problems);
  return value as TemplateExtension;
}
