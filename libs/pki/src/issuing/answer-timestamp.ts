import { randomBytes } from 'node:crypto';
import { DerReader, Tag, der } from '../asn1';
import { CmsOid, buildEnvelopingSignedData } from '../cms';
import { parsing } from '../errors';
import { SigningKey } from '../keys';

/** Policy under which sample timestamps are issued unless the request names one: a UUID-based arc of nobody's. */
const samplePolicy = '2.25.305934201648276485212038451203984512398';

/** Grants a TimeStampReq (RFC 3161 §2.4.1) at `time`. @returns DER of the TimeStampResp */
export async function answerTimestampRequest(request: Uint8Array, key: SigningKey, time = new Date()): Promise<Buffer> {
  const { imprint, policy, nonce } = parsing('TIMESTAMP_MALFORMED', 'TimeStampReq', () => {
    const reader = DerReader.only(request, Tag.Sequence).children();
    reader.read(Tag.Integer);
    return {
      imprint: reader.read(Tag.Sequence).raw,
      policy: reader.optional(Tag.Oid)?.raw,
      nonce: reader.optional(Tag.Integer)?.raw,
    };
  });
  const info = der.sequence(
    der.integer(1),
    policy ?? der.oid(samplePolicy),
    imprint,
    der.unsignedInteger(randomBytes(16)),
    der.generalizedTime(time),
    der.sequence(der.integer(1)), // accuracy: a second
    ...(nonce ? [nonce] : []),
  );
  const token = await buildEnvelopingSignedData(key, CmsOid.tstInfo, info);
  return der.sequence(der.sequence(der.integer(0)), token);
}
