import { Certificate } from '../certificate';
import { RevocationMaterial } from '../revocation/revocation-status';
import { CertificatePurpose } from './key-purpose';

export interface CertificateQuestion {
  readonly certificate: Certificate;
  /** The time to be valid at. */
  readonly at: Date;
  /**
   * `at` is proven to be the time of use, by a timestamp: what was then expired or revoked has failed. Otherwise `at` is
   * merely now, and the key may have been used before: such a certificate is indeterminate.
   */
  readonly timeProven?: boolean;
  /** The time of asking; `at` unless given. Lists and answers of later date are not believed. */
  readonly now?: Date;
  readonly purpose?: CertificatePurpose;
  /** Certificates that came along, in any order. */
  readonly candidates?: readonly Certificate[];
  readonly material?: RevocationMaterial;
}
