import { isObject, oneOf, someText, tableOf } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/**
 * A unit of measure; canonical: `{ code, vendorCode }` with the UN/ECE Recommendation 20 code and the
 * vendor's own beside it. The vendor's own code is written back, if it still means the same unit.
 */
export interface UnitCodecOptions {
  readonly kind: 'unit';
  /**
   * Vendor code → UN/ECE code: `{ PC: 'C62', ST: 'C62', KG: 'KGM' }`. Of several for one unit the first
   * is written for records of other systems. Without a table the vendor's codes are UN/ECE codes.
   */
  readonly units?: { readonly [vendor: string]: string } | undefined;
  /**
   * What happens to a vendor code that is not in the table. `keep` gives it the UN/ECE code `ZZ`
   * (mutually defined), so that it is not lost. @default 'refuse'
   */
  readonly unknown?: 'refuse' | 'keep' | undefined;
}

const mutuallyDefined = 'ZZ';

export const unitCodec: CodecKind<UnitCodecOptions> = {
  kind: 'unit',
  options: { units: tableOf(someText), unknown: oneOf(['refuse', 'keep']) },
  create: ({ units, unknown = 'refuse' }) => {
    const toCanonical = new Map(Object.entries(units ?? {}));
    const toVendor = new Map(
      [...toCanonical].map(([vendor, code]) => [code, vendor]).reverse() as [string, string][],
    );
    const vendorCodes = [...toCanonical.keys()];
    return {
      decode: (value) => {
        if (typeof value !== 'string') return refuse('expected the code of a unit as text');
        if (value === '') return undefined;
        if (units === undefined) return { code: value };
        const code = toCanonical.get(value);
        if (code !== undefined) return { code, vendorCode: value };
        if (unknown === 'keep') return { code: mutuallyDefined, vendorCode: value };
        return refuse("expected a unit of the codec's table; add the vendor's code to `units`");
      },
      encode: (value) => {
        if (!isObject(value) || typeof value.code !== 'string') {
          return refuse('expected a unit, for example { code: "C62", vendorCode: "PC" }');
        }
        const code = value.code;
        const own = value.vendorCode;
        if (units === undefined) return code;
        if (typeof own === 'string' && toCanonical.get(own) === code) return own;
        const vendorCode = toVendor.get(code);
        if (vendorCode !== undefined) return vendorCode;
        if (unknown === 'keep' && code === mutuallyDefined && typeof own === 'string') return own;
        return refuse(
          "expected a unit that the vendor has a code for; add it to the codec's `units`",
        );
      },
      sample: (random) => {
        if (vendorCodes.length === 0)
          return { code: random.pick(['C62', 'KGM', 'MTR', 'LTR', 'EA']) };
        const vendorCode = random.pick(vendorCodes);
        return { code: toCanonical.get(vendorCode), vendorCode };
      },
      describe: (_input, _output, direction) =>
        direction === 'decode' ? 'read as UN/ECE unit' : "written as the vendor's unit",
    };
  },
};
