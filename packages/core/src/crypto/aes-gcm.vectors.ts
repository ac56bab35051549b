import { aesGcmSizes, decryptAesGcm, encryptAesGcm } from './aes-gcm.ts';
import { bytesOfHex, runWycheproof, type VectorReport } from './wycheproof.vectors.ts';

interface Sizes {
  readonly keySize: number;
  readonly ivSize: number;
  readonly tagSize: number;
}

type Vector = Readonly<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>>;

export const aesGcmVectors = 'wycheproof/aes_gcm_test.json';

/** The cipher of the vault, in both directions. */
export function run({ folder }: { readonly folder: string }): Promise<VectorReport> {
  return runWycheproof<Sizes, Vector>({
    name: 'wycheproof AES-GCM',
    folder,
    file: aesGcmVectors,
    check(test, { keySize, ivSize, tagSize }) {
      if (keySize !== aesGcmSizes.key * 8) return `keys of ${keySize} bits, which are not used`;
      if (ivSize !== aesGcmSizes.iv * 8) return 'IVs that are not of 96 bits, which are not used';
      if (tagSize !== aesGcmSizes.tag * 8) return 'shortened tags, which are not read';
      const key = bytesOfHex(test.key);
      const iv = bytesOfHex(test.iv);
      const associatedData = bytesOfHex(test.aad);
      const plaintext = bytesOfHex(test.msg);
      const ciphertext = bytesOfHex(test.ct + test.tag);
      return async () => {
        const opened = decryptAesGcm({ key, iv, associatedData, ciphertext });
        const made = encryptAesGcm({ key, iv, associatedData, plaintext });
        return opened?.equals(plaintext) === true && made.equals(ciphertext);
      };
    },
  });
}
