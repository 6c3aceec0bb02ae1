import { digest } from '../algorithms';
import { DerReader, Tag, constructed, der } from '../asn1';
import { Certificate, ExtensionOid, readExtensions } from '../certificate';
import { parsing } from '../errors';
import { encodeExtension } from './extension-encoding';
import { Issuer, naturalScheme, signStructure } from './issue-certificate';
import { RevokedCertificate } from './issue-crl';

export interface OcspAuthority {
  /** Who issued the certificates asked about. */
  readonly issuer: Certificate;
  readonly revoked: readonly RevokedCertificate[];
  /** Who signs: the issuer itself, or whom it delegates to. */
  readonly responder: Issuer;
}

export interface OcspAnswerTimes {
  readonly thisUpdate?: Date;
  /** A day after `thisUpdate` unless given. */
  readonly nextUpdate?: Date;
}

const day = 86_400_000;

/**
 * Answers an OCSPRequest (RFC 6960 §4.1): every certificate of this issuer that is not revoked is good, those of others
 * are unknown. @returns DER of the OCSPResponse
 */
export function answerOcspRequest(request: Uint8Array, authority: OcspAuthority, times: OcspAnswerTimes = {}): Buffer {
  const { issuer, revoked, responder } = authority;
  const thisUpdate = times.thisUpdate ?? new Date();
  const nextUpdate = times.nextUpdate ?? new Date(thisUpdate.getTime() + day);
  const { ids, nonce } = readRequest(request);
  const answers = ids.map(({ raw, issuerKeyHash, serial }) => {
    const known = issuerKeyHash.equals(digest('sha1', issuer.publicKeyOctets));
    const revocation = revoked.find((entry) => entry.serial === serial);
    const status = !known ? der.contextPrimitive(2, Buffer.alloc(0)) : encodeStatus(revocation);
    return der.sequence(raw, status, der.generalizedTime(thisUpdate), der.context(0, der.generalizedTime(nextUpdate)));
  });
  const data = der.sequence(
    der.context(2, der.octetString(digest('sha1', responder.certificate.publicKeyOctets))),
    der.generalizedTime(thisUpdate),
    der.sequence(...answers),
    ...(nonce ? [der.context(1, der.sequence(encodeExtension(ExtensionOid.ocspNonce, nonce)))] : []),
  );
  const scheme = naturalScheme(responder.privateKey);
  const certificates = der.context(0, der.sequence(responder.certificate.der));
  const basic = signStructure(data, scheme, responder.privateKey, certificates);
  const response = der.sequence(der.oid('1.3.6.1.5.5.7.48.1.1'), der.octetString(basic));
  return der.sequence(der.enumerated(0), der.context(0, response));
}

function encodeStatus(revocation: RevokedCertificate | undefined): Buffer {
  if (!revocation) return der.contextPrimitive(0, Buffer.alloc(0));
  const reason = revocation.reason === undefined ? [] : [der.context(0, der.enumerated(revocation.reason))];
  return der.context(1, der.generalizedTime(revocation.revokedAt), ...reason);
}

function readRequest(request: Uint8Array) {
  return parsing('OCSP_MALFORMED', 'OCSP request', () => {
    const tbs = DerReader.only(request, Tag.Sequence).children().sequence();
    tbs.optional(constructed(0)); // version
    tbs.optional(constructed(1)); // requestorName
    const ids = Array.from(tbs.sequence(), (single) => {
      const id = single.children().read(Tag.Sequence);
      const fields = id.children();
      fields.read(Tag.Sequence);
      fields.read(Tag.OctetString);
      const issuerKeyHash = fields.read(Tag.OctetString).content;
      return { raw: id.raw, issuerKeyHash, serial: fields.read(Tag.Integer).content.toString('hex') };
    });
    const extensionField = tbs.optional(constructed(2))?.children().sequence();
    const nonce = extensionField && readExtensions(extensionField).get(ExtensionOid.ocspNonce)?.value;
    return { ids, nonce };
  });
}
