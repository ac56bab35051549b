import forge from 'node-forge';

/** A certificate and its private key, in every form that they are handed out in. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  /** The key, encrypted with the passphrase. */
  readonly encryptedKey: string;
  /** PKCS#12, encrypted with the passphrase. */
  readonly pfx: Uint8Array;
}

export const passphrase = 'canary-passphrase';

/** Makes an issuer and certificates that it signs, for tests of TLS. */
export function testIssuer() {
  const issuerKeys = forge.pki.rsa.generateKeyPair(2048);
  const year = 365 * 24 * 3_600_000;
  let serial = 1;

  const make = (
    name: string,
    of: {
      readonly publicKey: forge.pki.PublicKey;
      readonly from: Date;
      readonly to: Date;
      readonly extensions: readonly object[];
    },
  ): forge.pki.Certificate => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = of.publicKey;
    certificate.serialNumber = String(serial++).padStart(2, '0');
    certificate.validity.notBefore = of.from;
    certificate.validity.notAfter = of.to;
    certificate.setSubject([{ name: 'commonName', value: name }]);
    certificate.setIssuer([{ name: 'commonName', value: 'Test issuer' }]);
    certificate.setExtensions([...of.extensions]);
    certificate.sign(issuerKeys.privateKey, forge.md.sha256.create());
    return certificate;
  };
  const usual = { from: new Date(Date.now() - year), to: new Date(Date.now() + year) };
  const ca = make('Test issuer', {
    ...usual,
    publicKey: issuerKeys.publicKey,
    extensions: [{ name: 'basicConstraints', cA: true }],
  });

  return {
    /** PEM of the issuer. */
    ca: forge.pki.certificateToPem(ca),
    issue(
      name: string,
      validity: { readonly from?: Date; readonly to?: Date } = {},
      /** A host name, in place of the loopback address. */
      host?: string,
    ): TestCertificate {
      const { publicKey, privateKey } = forge.pki.rsa.generateKeyPair(2048);
      const altNames = [
        host === undefined ? { type: 7, ip: '127.0.0.1' } : { type: 2, value: host },
      ];
      const extensions = [{ name: 'subjectAltName', altNames }];
      const certificate = make(name, { ...usual, ...validity, publicKey, extensions });
      const pkcs12 = forge.pkcs12.toPkcs12Asn1(privateKey, [certificate], passphrase, {
        algorithm: 'aes256',
      });
      return {
        cert: forge.pki.certificateToPem(certificate),
        key: forge.pki.privateKeyToPem(privateKey),
        encryptedKey: forge.pki.encryptRsaPrivateKey(privateKey, passphrase),
        pfx: Buffer.from(forge.asn1.toDer(pkcs12).getBytes(), 'binary'),
      };
    },
  };
}
