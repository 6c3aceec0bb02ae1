import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Certificate } from '..';
import { CertificateCase, verifyCertificateCase } from './certificate-case';
import { CertificateValidator } from './certificate-validator';
import { trustPolicy } from './trust-policy';

interface Pkits {
  certs: Record<string, string>;
  crls: Record<string, string>;
  policies: Record<string, string>;
  cases: {
    number: string;
    name: string;
    certs: string[];
    crls: string[];
    shouldValidate: boolean;
    initialPolicySet?: string[];
    initialExplicitPolicy?: boolean;
    initialPolicyMappingInhibit?: boolean;
    initialInhibitAnyPolicy?: boolean;
    expectedUserConstrainedPolicySet?: string[];
  }[];
}

/** NIST's Public Key Interoperability Test Suite lies beside the project, not in it. */
const file = join(__dirname, '../../../../../shared/pkits/pkits.json');
const present = existsSync(file);
const pkits = present
  ? (JSON.parse(readFileSync(file, 'utf8')) as Pkits)
  : { certs: {}, crls: {}, policies: {}, cases: [] };

const toCase = (test: Pkits['cases'][number]): CertificateCase => {
  const [trust, ...chain] = test.certs.map((name) => pkits.certs[name] ?? '');
  return {
    id: test.number,
    trust: [trust ?? ''],
    chain,
    crls: test.crls.map((name) => pkits.crls[name] ?? ''),
    at: '2020-01-01T00:00:00Z',
    ...(test.initialPolicySet && { policies: test.initialPolicySet.map((name) => pkits.policies[name] ?? name) }),
    explicitPolicy: test.initialExplicitPolicy ?? false,
    inhibitMapping: test.initialPolicyMappingInhibit ?? false,
    inhibitAny: test.initialInhibitAnyPolicy ?? false,
  };
};

const dsa = ['4.1.4', '4.1.5'];

(present ? describe : describe.skip)('NIST PKITS (skipped where ../shared/pkits is absent)', () => {
  it('has all its cases', () => {
    expect(pkits.cases).toHaveLength(249);
  });

  it.each(pkits.cases.map((test) => [`${test.number} ${test.name}`, test] as const))('%s', (_, test) => {
    const answer = verifyCertificateCase(JSON.stringify(toCase(test)));
    expect(answer.id).toBe(test.number);
    if (dsa.includes(test.number)) {
      expect(answer).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'CRYPTO_CONSTRAINTS_FAILURE' });
    } else if (test.shouldValidate) expect(answer).toEqual({ id: test.number, indication: 'TOTAL-PASSED' });
    else expect(answer.indication).not.toBe('TOTAL-PASSED');
  });

  const constrained = pkits.cases.filter((test) => test.shouldValidate && test.expectedUserConstrainedPolicySet);
  it.each(constrained.map((test) => [`${test.number} ${test.name}`, test] as const))(
    '%s holds its policies',
    (_, test) => {
      const [anchor, ...chain] = test.certs.map((name) =>
        Certificate.fromDer(Buffer.from(pkits.certs[name] ?? '', 'base64')),
      );
      const leaf = chain.at(-1);
      if (!anchor || !leaf) throw new Error(test.name);
      const accepted = test.initialPolicySet?.map((name) => pkits.policies[name] ?? name);
      const policy = trustPolicy([anchor], {
        revocation: 'ignored',
        ...(accepted && { acceptedPolicies: new Set(accepted) }),
      });
      const verdict = new CertificateValidator(policy).validate({
        certificate: leaf,
        at: new Date('2020-01-01'),
        candidates: chain,
      });
      const expected = test.expectedUserConstrainedPolicySet?.map((name) => pkits.policies[name] ?? name);
      expect([...verdict.policies].sort()).toEqual(expected?.sort());
    },
  );
});
