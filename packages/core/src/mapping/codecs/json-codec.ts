import type { CodecKind } from '../codec.ts';

/** Whatever it is, as it is. */
export interface JsonCodecOptions {
  readonly kind: 'json';
}

const pass = (value: unknown): unknown => value;

export const jsonCodec: CodecKind<JsonCodecOptions> = {
  kind: 'json',
  options: {},
  create: () => ({
    decode: pass,
    encode: pass,
    sample: (random) =>
      random.pick([
        random.text(5),
        random.integer(0, 99),
        random.chance(),
        { nested: [random.integer(0, 9), null, random.text(2)] },
      ]),
  }),
};
