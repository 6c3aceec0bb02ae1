import { randomBytes } from 'node:crypto';
import { SigningHash, digest, encodeHashAlgorithm } from '../algorithms';
import { DerReader, Tag, der } from '../asn1';
import { PkiError, parsing } from '../errors';
import { HttpPort, exchangeOverHttp } from '../http/http-exchange';
import { purposeProblem } from '../validation/key-purpose';
import { parseTimestampToken, verifyTimestampToken } from './timestamp-token';

export interface TimestampClientOptions {
  readonly url: string;
  /** SHA-256 unless said. */
  readonly hash?: SigningHash;
  /** The authority's policy to be used, dotted. */
  readonly policy?: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** For the whole exchange, in milliseconds; 5,000 unless said. */
  readonly timeout?: number;
  readonly http?: HttpPort;
}

const tokenLimit = 256 << 10;

/** Has signatures stamped by one time-stamping authority over HTTP (RFC 3161 §3.4). */
export class TimestampClient {
  private readonly hash: SigningHash;
  private readonly http: HttpPort;

  constructor(private readonly options: TimestampClientOptions) {
    this.hash = options.hash ?? 'sha256';
    this.http = options.http ?? exchangeOverHttp;
  }

  /**
   * A token over `data`, seen to be over `data` and of its authority's own making. DER of the ContentInfo.
   *
   * @throws PkiError HTTP_*, TIMESTAMP_MALFORMED, TIMESTAMP_REFUSED (the authority said no), TIMESTAMP_MISMATCH (it stamped
   *   something else, or answered another request), TIMESTAMP_INVALID (its signature or certificate is no good)
   */
  timestamp(data: Uint8Array): Promise<Buffer> {
    return this.timestampDigest(digest(this.hash, data));
  }

  /** As `timestamp`, of what has this digest by the client's hash. */
  async timestampDigest(imprint: Uint8Array): Promise<Buffer> {
    const { url, policy, authorization, timeout = 5_000 } = this.options;
    const nonce = randomBytes(16);
    const answer = await this.http({
      url,
      body: encodeTimestampRequest({ hash: this.hash, imprint, nonce, ...(policy !== undefined && { policy }) }),
      contentType: 'application/timestamp-query',
      timeout,
      limit: tokenLimit,
      ...(authorization !== undefined && { authorization }),
    });
    const token = parseTimestampToken(readResponse(answer));
    const { info } = token;
    const nonceValue = DerReader.only(der.unsignedInteger(nonce), Tag.Integer).content;
    if (info.hash !== this.hash || !info.imprint.equals(imprint) || !info.nonce?.equals(nonceValue)) {
      throw new PkiError('TIMESTAMP_MISMATCH', `${url} stamped something else`);
    }
    if (policy !== undefined && info.policy !== policy)
      throw new PkiError('TIMESTAMP_MISMATCH', `policy ${info.policy}`);
    const verification = verifyTimestampToken(token, { digest: imprint });
    if (!verification.valid) throw new PkiError('TIMESTAMP_INVALID', verification.code);
    const problem = purposeProblem(verification.certificate, 'timestamping');
    if (problem) throw new PkiError('TIMESTAMP_INVALID', problem.detail ?? problem.code);
    return token.der;
  }
}

export interface TimestampRequest {
  readonly hash: SigningHash;
  readonly imprint: Uint8Array;
  readonly nonce: Uint8Array;
  readonly policy?: string;
}

/** TimeStampReq, asking for the authority's certificates to come along (RFC 3161 §2.4.1). */
export const encodeTimestampRequest = ({ hash, imprint, nonce, policy }: TimestampRequest): Buffer =>
  der.sequence(
    der.integer(1),
    der.sequence(encodeHashAlgorithm(hash), der.octetString(imprint)),
    ...(policy === undefined ? [] : [der.oid(policy)]),
    der.unsignedInteger(nonce),
    der.boolean(true),
  );

/** The token in a TimeStampResp that grants one (RFC 3161 §2.4.2). */
function readResponse(answer: Buffer): Buffer {
  return parsing('TIMESTAMP_MALFORMED', 'TimeStampResp', () => {
    const response = DerReader.only(answer, Tag.Sequence).children();
    const statusInfo = response.sequence();
    const status = statusInfo.read(Tag.Integer).integer();
    const texts = Array.from(statusInfo.optional(Tag.Sequence)?.children() ?? [], (text) => text.text());
    if (status > 1 || status < 0) {
      throw new PkiError('TIMESTAMP_REFUSED', `status ${status}${texts.map((text) => `, ${text}`).join('')}`);
    }
    const token = response.read(Tag.Sequence).raw;
    response.finish();
    return token;
  });
}
