import { Certificate, ExtensionOid, KeyPurpose } from '../certificate';
import { Problem } from './problem';

/** What the leaf's key was used for. `any`: not asked. */
export type CertificatePurpose = 'signing' | 'timestamping' | 'any';

/** Whether the certificate lets its key be used so; undefined: it does. */
export function purposeProblem(certificate: Certificate, purpose: CertificatePurpose): Problem | undefined {
  if (purpose === 'any') return undefined;
  const { keyUsage, extendedKeyUsage, raw } = certificate.extensions;
  if (keyUsage && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    return { code: 'KEY_USAGE', certificate, detail: 'not a signing key' };
  }
  if (purpose === 'timestamping') {
    // RFC 3161 §2.3: this purpose alone, and critical
    const alone = extendedKeyUsage?.size === 1 && extendedKeyUsage.has(KeyPurpose.timeStamping);
    if (!alone || !raw.get(ExtensionOid.extendedKeyUsage)?.critical) {
      return { code: 'KEY_USAGE', certificate, detail: 'not a timestamping key' };
    }
  }
  return undefined;
}
