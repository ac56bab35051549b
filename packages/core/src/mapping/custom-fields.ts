import { isObject } from './check.ts';
import type { MutableRecord } from './field-path.ts';
import type { CustomFields } from './mapping-template.ts';
import { refuse } from './refuse.ts';

/** Which names are the customer's own. */
export function customFieldTest(custom: CustomFields): (name: string) => boolean {
  const prefixes = [custom.prefix ?? []].flat();
  const suffixes = [custom.suffix ?? []].flat();
  const names = new Set(custom.names);
  return (name) =>
    // JSON.parse makes __proto__ an own property; copying it would set a prototype.
    name !== '__proto__' &&
    (prefixes.some((prefix) => name.startsWith(prefix)) ||
      suffixes.some((suffix) => name.endsWith(suffix)) ||
      names.has(name));
}

/** Vendor → canonical: collects the customer's own fields, nulls left out, in `custom`. */
export function decodeCustom(
  isCustom: (name: string) => boolean,
): (input: Readonly<MutableRecord>, output: MutableRecord) => void {
  return (input, output) => {
    let custom: MutableRecord | undefined;
    for (const name of Object.keys(input)) {
      const value = input[name];
      if (value === undefined || value === null || !isCustom(name)) continue;
      custom ??= {};
      custom[name] = value;
    }
    // A field of the template may have written there already.
    if (custom !== undefined) output.custom = Object.assign(output.custom ?? {}, custom);
  };
}

/** Canonical → vendor: writes the fields of `custom` that are this vendor's. */
export function encodeCustom(
  isCustom: (name: string) => boolean,
): (input: Readonly<MutableRecord>, output: MutableRecord) => void {
  return (input, output) => {
    const custom = input.custom;
    if (custom === undefined || custom === null) return;
    if (!isObject(custom)) refuse('expected a record of the customer’s own fields');
    for (const [name, value] of Object.entries(custom)) {
      if (value !== undefined && isCustom(name)) output[name] = value;
    }
  };
}
