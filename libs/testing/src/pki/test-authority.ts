import { CertificateAuthority, IssueOptions, IssuedKey, KeyType, Name, StatusAddresses } from '@axis/pki';

/** A whole small PKI: a root, a CA under it, and keys for everyone who signs. Keys are made when first asked for. */
export class TestAuthority {
  readonly root: CertificateAuthority;
  readonly intermediate: CertificateAuthority;
  private serial = 0;

  constructor(options: { keyType?: KeyType; status?: StatusAddresses; rootStatus?: StatusAddresses } = {}) {
    const keyType = options.keyType ?? 'P-256';
    // Old enough for tests that look back
    const notBefore = new Date(Date.now() - 365 * 86_400_000);
    this.root = CertificateAuthority.createRoot(vietnameseName('CA chuyên dùng Chính phủ thử nghiệm'), {
      keyType,
      notBefore,
      ...(options.rootStatus && { status: options.rootStatus }),
    });
    this.intermediate = this.root.createIntermediate(vietnameseName('CA phục vụ các cơ quan thử nghiệm'), {
      keyType,
      notBefore,
      pathLength: 0,
      ...(options.status && { status: options.status }),
    });
  }

  /** The certificate of a person who signs: CN is the person, O and OU the agency. */
  person(fullName = 'Nguyễn Văn Ánh', options: IssueOptions = {}): IssuedKey {
    return this.intermediate.issueSigner(
      Name.of([
        ['C', 'VN'],
        ['O', 'Bộ Tài chính'],
        ['CN', fullName],
        ['UID', `CCCD:0010${String(++this.serial).padStart(8, '0')}`],
      ]),
      options,
    );
  }

  /** The certificate of an agency's seal. */
  agency(agencyName = 'Bộ Tài chính', code = 'G12', options: IssueOptions = {}): IssuedKey {
    return this.intermediate.issueSigner(
      Name.of([
        ['C', 'VN'],
        ['O', agencyName],
        ['CN', agencyName],
        ['UID', `MST:${code}`],
      ]),
      options,
    );
  }

  timestamper(options: IssueOptions = {}): IssuedKey {
    return this.intermediate.issueTimestamper(vietnameseName('Dịch vụ dấu thời gian thử nghiệm'), options);
  }

  ocspResponder(options: IssueOptions = {}): IssuedKey {
    return this.intermediate.issueOcspResponder(vietnameseName('Dịch vụ OCSP thử nghiệm'), options);
  }
}

const vietnameseName = (commonName: string): Name =>
  Name.of([
    ['C', 'VN'],
    ['O', 'Ban Cơ yếu Chính phủ'],
    ['CN', commonName],
  ]);
