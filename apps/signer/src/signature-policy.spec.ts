import type { SignatureFinding } from '@axis/storage';
import { missingSignature } from './signature-policy';

const where = { agency: 'G22', file: '7816.pdf' };

function by(
  role: SignatureFinding['role'],
  indication: SignatureFinding['indication'] = 'TOTAL-PASSED',
): SignatureFinding {
  return {
    field: 'Signature1',
    signer: 'Nguyễn Minh Đức',
    indication,
    role,
    timestamped: false,
    coversWholeDocument: true,
    laterChanges: 'none',
    reasons: [],
  };
}

describe('which signatures a document must carry', () => {
  it('is satisfied by any valid signature where the policy is `any`', () => {
    expect(missingSignature([by('unregistered')], 'any', where)).toBeNull();
  });

  it.each([
    ['person', 'agency', 'signature.person_missing'],
    ['agency', 'person', 'signature.agency_missing'],
    ['both', 'agency', 'signature.person_missing'],
    ['both', 'person', 'signature.agency_missing'],
  ] as const)('under `%s` a document with only the %s signature lacks one', (policy, role, code) => {
    expect(missingSignature([by(role)], policy, where)).toMatchObject({ code, params: where });
  });

  it('takes no signer for the agency’s whom the directory does not bind to it', () => {
    expect(missingSignature([by('person'), by('unregistered')], 'both', where)?.code).toBe('signature.agency_missing');
  });

  it('counts no signature that did not pass', () => {
    expect(missingSignature([by('person'), by('agency', 'INDETERMINATE')], 'both', where)).not.toBeNull();
  });

  it('is satisfied by the person’s and the agency’s', () => {
    expect(missingSignature([by('person'), by('agency')], 'both', where)).toBeNull();
  });
});
