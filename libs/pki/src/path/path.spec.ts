import { TestAuthority } from '@axis/testing';
import {
  CertificateAuthority,
  ExtensionOid,
  IssuedKey,
  KeyUsage,
  Name,
  Problem,
  directoryName,
  emailName,
  encodeBasicConstraints,
  encodeExtension,
  encodeKeyUsage,
  encodeSubjectAltName,
  nationalAlgorithms,
  uriName,
} from '..';
import { der } from '../asn1';
import { CertificatePool, buildPaths } from './build-paths';
import { PolicyGraph } from './policy-graph';
import { validatePath } from './validate-path';

const named = (commonName: string): Name =>
  Name.of([
    ['C', 'VN'],
    ['O', 'G12'],
    ['CN', commonName],
  ]);
const pki = new TestAuthority();

/** The problem of a path given leaf first, or none. */
const problemOf = ({ certificate, chain }: IssuedKey): Problem['code'] | undefined => {
  const outcome = validatePath([certificate, ...chain], { at: new Date(), algorithms: nationalAlgorithms });
  return outcome.valid ? undefined : outcome.problem.code;
};

const subtrees = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Buffer => {
  const list = (tag: number, bases: readonly Buffer[]): Buffer[] =>
    bases.length > 0 ? [der.context(tag, ...bases.map((base) => der.sequence(base)))] : [];
  return encodeExtension(ExtensionOid.nameConstraints, der.sequence(...list(0, permitted), ...list(1, excluded)), true);
};
const dns = (name: string): Buffer => der.contextPrimitive(2, Buffer.from(name));
const ip = (...octets: number[]): Buffer => der.contextPrimitive(7, Buffer.from(octets));

describe('name constraints', () => {
  const judge = (constraint: Buffer, names: readonly Buffer[], subject = named('x')): Problem['code'] | undefined =>
    problemOf(
      pki.root
        .createIntermediate(named('Constrained'), { extensions: [constraint] })
        .issueSigner(subject, { extensions: names.length > 0 ? [encodeSubjectAltName(names)] : [] }),
    );

  it.each<[string, Buffer, Buffer, Buffer]>([
    ['a mailbox', emailName('vt@mof.gov.vn'), emailName('vt@MOF.gov.vn'), emailName('VT2@mof.gov.vn')],
    ['the mailboxes of a host', emailName('mof.gov.vn'), emailName('a@mof.gov.vn'), emailName('a@x.mof.gov.vn')],
    ['the mailboxes of a domain', emailName('.gov.vn'), emailName('a@mof.gov.vn'), emailName('a@gov.vn')],
    ['hosts', dns('gov.vn'), dns('mof.GOV.vn'), dns('notgov.vn')],
    ['addresses', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(10, 1, 2, 3), ip(11, 1, 2, 3)],
    ['the hosts of URIs', uriName('.gov.vn'), uriName('https://a@mof.gov.vn:8/x'), uriName('https://gov.vn.evil/')],
  ])('permit and exclude %s', (_, base, inside, outside) => {
    expect(judge(subtrees([base]), [inside])).toBeUndefined();
    expect(judge(subtrees([base]), [outside])).toBe('NAME_CONSTRAINTS');
    expect(judge(subtrees([], [base]), [inside])).toBe('NAME_CONSTRAINTS');
    expect(judge(subtrees([], [base]), [outside])).toBeUndefined();
  });

  it('hold for the subject itself, and for an e-mail address in it', () => {
    const [inside, outside] = [directoryName(Name.of([['C', 'vn']])), directoryName(Name.of([['C', 'US']]))];
    expect(judge(subtrees([inside]), [])).toBeUndefined();
    expect(judge(subtrees([outside]), [])).toBe('NAME_CONSTRAINTS');
    expect(judge(subtrees([], [inside]), [])).toBe('NAME_CONSTRAINTS');
    expect(judge(subtrees([], [outside]), [])).toBeUndefined();
    expect(judge(subtrees([inside]), [outside])).toBe('NAME_CONSTRAINTS');
    const subject = Name.of([
      ['CN', 'x'],
      ['emailAddress', 'a@evil.vn'],
    ]);
    expect(judge(subtrees([emailName('mof.gov.vn')]), [], subject)).toBe('NAME_CONSTRAINTS');
  });

  it('on a URI without a host let nothing through', () => {
    const noHost = uriName('urn:x');
    expect(judge(subtrees([uriName('.gov.vn')]), [noHost])).toBe('NAME_CONSTRAINTS');
    expect(judge(subtrees([], [uriName('.gov.vn')]), [noHost])).toBe('NAME_CONSTRAINTS');
  });

  it('without end are refused', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => dns(`h${n}.vn`));
    const started = performance.now();
    expect(
      judge(
        subtrees([], many),
        many.map((_, n) => dns(`x${n}.vn`)),
      ),
    ).toBe('CERTIFICATE_MALFORMED');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('an authority', () => {
  const under = (extensions: readonly Buffer[]): IssuedKey => {
    const issued = pki.root.issue(named('Sub'), extensions);
    const { certificate, privateKey, chain } = issued;
    return CertificateAuthority.restore(certificate, privateKey, chain).issueSigner(named('leaf'));
  };
  const usage = (...usages: KeyUsage[]): Buffer => encodeKeyUsage(usages);

  it('needs basic constraints and the right to sign certificates', () => {
    expect(problemOf(under([encodeBasicConstraints(true), usage('keyCertSign')]))).toBeUndefined();
    expect(problemOf(under([encodeBasicConstraints(true)]))).toBeUndefined();
    expect(problemOf(under([usage('keyCertSign')]))).toBe('NOT_AN_AUTHORITY');
    expect(problemOf(under([encodeBasicConstraints(false), usage('keyCertSign')]))).toBe('NOT_AN_AUTHORITY');
    expect(problemOf(under([encodeBasicConstraints(true), usage('digitalSignature')]))).toBe('KEY_USAGE');
  });

  it('issues no further than its path length', () => {
    const short = pki.root.createIntermediate(named('Short'), { pathLength: 0 });
    expect(problemOf(short.createIntermediate(named('Below')).issueSigner(named('leaf')))).toBe('PATH_TOO_LONG');
    expect(problemOf(short.issueSigner(named('leaf')))).toBeUndefined();
  });

  it('with a critical extension unknown to us issues nothing', () => {
    const unknown = encodeExtension('1.2.3.4', der.nullValue(), true);
    expect(problemOf(under([encodeBasicConstraints(true), unknown]))).toBe('CRITICAL_EXTENSION_UNKNOWN');
    expect(problemOf(pki.person('x', { extensions: [unknown] }))).toBe('CRITICAL_EXTENSION_UNKNOWN');
    expect(problemOf(pki.person('x', { extensions: [encodeExtension('1.2.3.4', der.nullValue())] }))).toBeUndefined();
  });
});

describe('hostile structures', () => {
  it('of policy mappings do not grow the graph (CVE-2023-0464)', () => {
    const policies = Array.from({ length: 40 }, (_, n) => `1.2.${n}`);
    const everyToEvery = policies.flatMap((issuerDomain) =>
      policies.map((subjectDomain) => ({ issuerDomain, subjectDomain })),
    );
    const graph = new PolicyGraph();
    const started = performance.now();
    for (let depth = 0; depth < 16; depth++) {
      graph.descend(new Set(policies), true);
      graph.map(everyToEvery, true);
    }
    expect(graph.constrainedPolicies(undefined).size).toBe(40);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('of authorities that certify one another end the search for a path', () => {
    const key = pki.root.privateKey;
    const names = Array.from({ length: 12 }, (_, n) => named(`Thicket ${n}`));
    const thicket = names.flatMap((subject) =>
      names.map((issuer) => {
        const self = CertificateAuthority.createRoot(issuer, { privateKey: key });
        return self.createIntermediate(subject, { privateKey: key }).certificate;
      }),
    );
    const leaf = CertificateAuthority.createRoot(names[0] ?? named('x'), { privateKey: key }).issueSigner(
      named('leaf'),
    );
    const search = {
      anchors: new CertificatePool([pki.intermediate.certificate]),
      issuers: new CertificatePool(thicket),
    };
    const started = performance.now();
    expect([...buildPaths(leaf.certificate, search)]).toEqual([]);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
