import {
  type Call,
  type DataRoute,
  findType,
  isJsonObject,
  type Organization,
  readObject,
} from '../call.ts';
import { badRequest } from '../salesforce-error.ts';
import { attributesOf } from '../soql/compile-select.ts';

/**
 * The parameterized search: records of the named objects that have the text somewhere. Salesforce searches
 * an index that lags behind, by words; here the text is looked for as it is.
 */
export function createSearchRoute({ schema, database }: Organization): DataRoute {
  const handle = (call: Call) => {
    const { q, sobjects } = readObject(call);
    if (typeof q !== 'string' || q.length < 2) {
      throw badRequest('MALFORMED_SEARCH', 'search term must be longer than one character');
    }
    if (!Array.isArray(sobjects) || !sobjects.every(isJsonObject)) {
      throw badRequest('MALFORMED_SEARCH', 'The objects to search must be named in sobjects');
    }
    const wanted = q.toLowerCase();
    const searchRecords = sobjects.flatMap(({ name }) => {
      const type = findType(schema, String(name));
      return [...database.table(type).rows()]
        .filter((row) => row.IsDeleted !== true)
        .filter((row) =>
          Object.values(row).some(
            (value) => typeof value === 'string' && value.toLowerCase().includes(wanted),
          ),
        )
        .map(({ Id }) => ({ attributes: attributesOf(type, Id, call.basePath), Id }));
    });
    return { status: 200, body: { searchRecords } };
  };
  return { method: 'POST', path: '/parameterizedSearch', operation: 'search', handle };
}
