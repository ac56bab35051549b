import { equalBytes, hmacSha256 } from './hmac.ts';
import { bytesOfHex, runWycheproof, type VectorReport } from './wycheproof.vectors.ts';

type Vector = Readonly<Record<'key' | 'msg' | 'tag', string>>;

export const hmacVectors = 'wycheproof/hmac_sha256_test.json';

/** The signature of webhooks, made and compared. */
export function run({ folder }: { readonly folder: string }): Promise<VectorReport> {
  return runWycheproof<{ readonly tagSize: number }, Vector>({
    name: 'wycheproof HMAC-SHA256',
    folder,
    file: hmacVectors,
    check(test, { tagSize }) {
      if (tagSize !== 256) return 'shortened tags, which are not read';
      return async () =>
        equalBytes(hmacSha256(bytesOfHex(test.key), bytesOfHex(test.msg)), bytesOfHex(test.tag));
    },
  });
}
