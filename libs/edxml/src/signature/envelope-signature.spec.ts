import { TestAuthority } from '@axis/testing';
import { SignedXml } from 'xml-crypto';
import { codes, documentMessage, read } from '../testing/messages';

const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${XMLDSIG}enveloped-signature`;
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

const authority = new TestAuthority();
const key = authority.agency('Bộ Tài chính', 'G12', { keyType: 'RSA-2048' });
const other = authority.agency('Bộ Y tế', 'G18', { keyType: 'RSA-2048' });

interface Signing {
  readonly signature?: string;
  readonly canonical?: string;
  readonly transforms?: readonly string[];
  readonly digest?: string;
  /** Local name of the element signed; the whole message by default. */
  readonly part?: string;
  readonly certificate?: typeof key;
}

/** Signs a message as other software does, by xml-crypto. */
function signed(message: string, signing: Signing = {}): string {
  const { canonical = EXCLUSIVE, digest = SHA256, part, certificate = key } = signing;
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm: signing.signature ?? `${MORE}rsa-sha256`,
    canonicalizationAlgorithm: canonical,
    getKeyInfoContent: () =>
      `<X509Data><X509Certificate>${certificate.certificate.der.toString('base64')}</X509Certificate></X509Data>`,
  });
  signer.addReference({
    xpath: part === undefined ? '/*' : `//*[local-name(.)='${part}']`,
    transforms: [...(signing.transforms ?? [...(part === undefined ? [ENVELOPED] : []), canonical])] as never,
    digestAlgorithm: digest,
    isEmptyUri: part === undefined,
  });
  signer.computeSignature(message, { location: { reference: "//*[local-name(.)='edXMLHeader']", action: 'append' } });
  return signer.getSignedXml();
}

const verdict = async (message: string) => (await read(message)).signature;

describe('a signature made elsewhere', () => {
  it.each([
    ['exclusive', {}],
    ['inclusive', { canonical: INCLUSIVE }],
    ['inclusive, as no transform says otherwise', { canonical: INCLUSIVE, transforms: [ENVELOPED] }],
    ['with SHA-512', { signature: `${MORE}rsa-sha512`, digest: 'http://www.w3.org/2001/04/xmlenc#sha512' }],
  ])('%s, is intact and tells whose certificate it came with', async (_, signing) => {
    const signature = await verdict(signed(documentMessage(), signing));
    expect(signature).toMatchObject({ kind: 'intact', covers: 'message' });
    expect(signature.kind === 'intact' && signature.certificate.equals(key.certificate.der)).toBe(true);
  });

  it('is no warning when it is intact', async () => {
    expect(codes((await read(signed(documentMessage()))).warnings)).toEqual([]);
  });

  it.each([
    ['a subject', 'kết nối', 'kết thúc'],
    ['an attachment', 'JVBERi0xLjc', 'JVBERi0xLjg'],
    ['a trace header', '09:15:00', '09:15:01'],
  ])('over %s that was changed is broken, kept and told', async (_, from, to) => {
    const reading = await read(signed(documentMessage()).replace(from, to));
    expect(reading.signature.kind).toBe('broken');
    expect(codes(reading.warnings)).toEqual(['signature.broken']);
    expect(reading.message).toBeDefined();
  });

  it('by another key than its certificate’s is broken', async () => {
    expect((await verdict(signed(documentMessage(), { certificate: other }))).kind).toBe('broken');
  });

  it('by rsa-sha1 is weak and never intact, even when it matches', async () => {
    const weak = signed(documentMessage(), { signature: `${XMLDSIG}rsa-sha1`, digest: `${XMLDSIG}sha1` });
    const reading = await read(weak);
    expect(reading.signature).toEqual({ kind: 'weak', weakness: 'rsa-sha1' });
    expect(codes(reading.warnings)).toEqual(['signature.weak']);
    expect((await verdict(weak.replace('kết nối', 'kết thúc'))).kind).toBe('broken');
  });

  it('with a SHA-1 digest beneath a modern signature is weak all the same', async () => {
    expect(await verdict(signed(documentMessage(), { digest: `${XMLDSIG}sha1` }))).toEqual({
      kind: 'weak',
      weakness: 'digest sha1',
    });
  });

  it('over one element says that it covers only a part', async () => {
    const part = signed(documentMessage(), { part: 'MessageHeader' });
    const reading = await read(part);
    expect(reading.signature).toMatchObject({ kind: 'intact', covers: 'part' });
    expect(codes(reading.warnings)).toEqual(['signature.partial']);
    expect((await verdict(part.replace('kết nối', 'kết thúc'))).kind).toBe('broken');
  });

  it('over an id that stands twice is broken: the one read may not be the one signed', async () => {
    const part = signed(documentMessage(), { part: 'MessageHeader' });
    const id = /Id="([^"]+)"/.exec(part)?.[1] ?? '';
    const doubled = part.replace('<edXML:TraceHeaderList', `<edXML:TraceHeaderList Id="${id}"`);
    expect((await verdict(doubled)).kind).toBe('broken');
  });

  it.each([
    ['an unknown canonicalization', EXCLUSIVE, 'http://www.w3.org/2006/12/xml-c14n11'],
    ['an unknown method', 'rsa-sha256', 'rsa-ripemd160'],
    ['an unknown digest', 'xmlenc#sha256', 'xmlenc#ripemd160'],
    ['no certificate', 'X509Certificate', 'X509SubjectName'],
    ['a reference outside the message', 'URI=""', 'URI="http://agency.example/"'],
  ])('with %s cannot be checked, and nothing is fetched', async (_, from, to) => {
    const reading = await read(signed(documentMessage()).replaceAll(from, to));
    expect(reading.signature.kind).toBe('unsupported');
    expect(codes(reading.warnings)).toEqual(['signature.unsupported']);
  });

  it('over nothing at all is not taken for one', async () => {
    const none = signed(documentMessage()).replace(/<Reference .*<\/Reference>/s, '');
    expect((await verdict(none)).kind).toBe('unsupported');
  });
});

it('an empty Signature, or one of another namespace, is none that can be relied on', async () => {
  expect((await verdict(documentMessage({ signature: `<Signature xmlns="${XMLDSIG}"/>` }))).kind).toBe('unsupported');
  expect((await verdict(documentMessage({ signature: '<Signature/>' }))).kind).toBe('absent');
});
