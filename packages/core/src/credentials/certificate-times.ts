import {
  type CertificateFiles,
  certificateTimeProblem,
  openCertificate,
} from '../auth/open-certificate.ts';
import { pemText } from '../auth/pem-text.ts';
import type { DataProblem } from '../connector/describe-issues.ts';
import { certificateFiles, type StoredCertificate } from './client-certificate-fields.ts';

/** Where credentials have certificates: to connect with, or to sign with. */
const places = ['', 'clientCertificate', 'clientAssertion', 'assertion'] as const;

interface WithCertificate extends StoredCertificate {
  readonly certificate?: string;
  readonly privateKey?: string;
}

/** The certificates of checked credentials that are over, or not yet valid. */
export function certificateTimeProblems(checked: object, now: number): readonly DataProblem[] {
  return places.flatMap((place) => {
    const holder = (place === '' ? checked : Reflect.get(checked, place)) as
      | WithCertificate
      | undefined;
    const files = holder && (certificateFiles(holder) ?? signingFiles(holder));
    const opened = files && openCertificate(files);
    if (opened === undefined || 'problem' in opened) return [];
    const problem = certificateTimeProblem(opened, now);
    if (problem === undefined) return [];
    const name = holder?.certificate === undefined ? (holder?.pfx ? 'pfx' : 'cert') : 'certificate';
    return [{ path: place === '' ? name : `${place}.${name}`, message: problem }];
  });
}

function signingFiles(holder: WithCertificate): CertificateFiles | undefined {
  const { certificate, privateKey, passphrase } = holder;
  if (certificate === undefined || privateKey === undefined) return undefined;
  return { cert: pemText(certificate), key: pemText(privateKey), passphrase };
}
