import { literal } from '../quickbooks-query.ts';
import { badInput } from './operation-inputs.ts';

/**
 * A statement with its values: `:name` outside of quotes becomes the literal of the value.
 *
 * @throws ConnectorError `ERR_VALIDATION` for a name without a value
 */
export function bindStatement(
  statement: string,
  parameters: Readonly<Record<string, string | boolean>>,
): string {
  return statement.replace(/'(?:[^'\\]|\\.)*'|:([A-Za-z_]\w*)/g, (whole, name?: string) => {
    if (name === undefined) return whole;
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) throw badInput('query', `parameters.${name}`, 'is missing');
    return typeof value === 'boolean' ? String(value) : literal(value);
  });
}
