import type { ErpRecord } from '@common/connector-core';
import type { Mapping } from './mapping.ts';

/** What is used of a template that `compileTemplate` of `@common/connector-core/mapping` has made ready. */
export interface CompiledTemplate<Canonical extends object, Vendor extends object> {
  encode(record: Canonical): Vendor;
  decode(record: Vendor): Canonical;
}

/**
 * A mapping template as the mapping of a flow, record by record.
 *
 * @param direction - `encode`: the source's records are the template's canonical side; `decode`: its
 * vendor side
 */
export function templateMapping<Canonical extends ErpRecord, Vendor extends ErpRecord>(
  template: CompiledTemplate<Canonical, Vendor>,
  direction: 'encode' | 'decode',
): Mapping {
  return {
    map: (record) => ({
      record:
        direction === 'encode'
          ? template.encode(record as Canonical)
          : template.decode(record as Vendor),
    }),
  };
}
