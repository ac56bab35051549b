import { scalar } from '../check.ts';
import type { CodecKind } from '../codec.ts';
import type { Scalar } from '../mapping-template.ts';
import { refuse } from '../refuse.ts';

/** True or false, written by the vendor as two values: `'X'` and `''` in SAP, `'T'` and `'F'` in NetSuite. */
export interface FlagCodecOptions {
  readonly kind: 'flag';
  /** @default 'X' */
  readonly true?: Scalar | undefined;
  /** @default '' */
  readonly false?: Scalar | undefined;
}

export const flagCodec: CodecKind<FlagCodecOptions> = {
  kind: 'flag',
  options: { true: scalar, false: scalar },
  create: (options) => {
    const on = options.true ?? 'X';
    const off = options.false ?? '';
    return {
      decode: (value) => {
        if (value === on) return true;
        if (value === off) return false;
        return refuse(`expected ${JSON.stringify(on)} or ${JSON.stringify(off)}`);
      },
      encode: (value) => {
        if (typeof value !== 'boolean') return refuse('expected true or false');
        return value ? on : off;
      },
      sample: (random) => random.chance(),
      describe: (_input, _output, direction) =>
        direction === 'decode' ? 'flag read as true or false' : 'written as flag',
    };
  },
};
