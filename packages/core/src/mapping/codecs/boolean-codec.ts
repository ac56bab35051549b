import type { CodecKind } from '../codec.ts';
import { refuse } from '../refuse.ts';

/** True or false on both sides. For `'X'` and the like see `flag`. */
export interface BooleanCodecOptions {
  readonly kind: 'boolean';
}

const pass = (value: unknown): unknown =>
  typeof value === 'boolean' ? value : refuse('expected true or false');

export const booleanCodec: CodecKind<BooleanCodecOptions> = {
  kind: 'boolean',
  options: {},
  create: () => ({ decode: pass, encode: pass, sample: (random) => random.chance() }),
};
