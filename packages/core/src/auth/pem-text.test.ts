import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { localhostCertificate } from '../http/localhost-certificate.fixture.ts';
import { pemText } from './pem-text.ts';

const encoding = { type: 'pkcs8', format: 'pem' } as const;
const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: encoding,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

describe('pemText', () => {
  it.each([
    ['as it is', (pem: string) => pem],
    ['with line ends written out', (pem: string) => pem.replaceAll('\n', String.raw`\n`)],
    ['with those of Windows written out', (pem: string) => pem.replaceAll('\n', String.raw`\r\n`)],
    ['from a file of Windows', (pem: string) => pem.replaceAll('\n', '\r\n')],
    ['with blanks for line ends', (pem: string) => pem.replaceAll('\n', ' ')],
    ['without line ends', (pem: string) => pem.replaceAll('\n', '')],
    ['in quotation marks', (pem: string) => `"${pem.trim().replaceAll('\n', String.raw`\n`)}"`],
    ['indented', (pem: string) => pem.replaceAll('\n', '\n    ')],
  ])('reads keys and certificates %s', (_, mangle) => {
    const key = createPrivateKey(pemText(mangle(privateKey)));
    expect(key.export(encoding)).toBe(privateKey);
    const certificate = new X509Certificate(pemText(mangle(localhostCertificate)));
    expect(certificate.subject).toBe('CN=localhost');
  });

  it('leaves alone what has headers, and what is no PEM', () => {
    const encrypted =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----';
    expect(pemText(encrypted)).toBe(encrypted);
    expect(pemText('/etc/ssl/key.pem')).toBe('/etc/ssl/key.pem');
  });
});
