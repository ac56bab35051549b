import { ConnectorError } from '@common/connector-core';
import { literalOf, piece, type Soql, type SoqlValue } from './soql.ts';

/**
 * A query that comes as data, with names for its values: `WHERE Name = :name`. Names inside of quotes are
 * text and stay.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_QUERY` when a value is missing or has no literal
 */
export function bindSoql(query: string, values: Readonly<Record<string, SoqlValue>>): Soql {
  // Quoted texts are taken whole, so that nothing in them is read as a name.
  const text = query.replace(
    /'(?:\\[\s\S]|[^'\\])*'|:([A-Za-z_]\w*)/g,
    (found, name: string | undefined) => {
      if (name === undefined) return found;
      if (!Object.hasOwn(values, name)) throw missing(name);
      return literalOf(values[name]);
    },
  );
  return piece(text);
}

function missing(name: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_QUERY',
    category: 'unsupported',
    message: `The query names :${name}, and there is no value of that name. Give it in "bind".`,
    system: 'salesforce',
    path: `bind.${name}`,
  });
}
