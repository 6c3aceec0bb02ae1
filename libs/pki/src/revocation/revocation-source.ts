import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Certificate, distributionUrls } from '../certificate';
import { PkiError } from '../errors';
import { HttpPort, exchangeOverHttp } from '../http/http-exchange';
import { Crl } from './crl';
import { encodeOcspRequest } from './ocsp-request';
import { OcspResponse, identifies } from './ocsp-response';
import { RevocationMaterial } from './revocation-status';

/** What was found, and what failed, for the log and the report. */
export interface RevocationFindings extends RevocationMaterial {
  readonly failures: readonly { readonly url: string; readonly code: PkiError['code'] }[];
}

/** Where the revocation status of a certificate is asked for. */
export interface RevocationSource {
  /** Never throws: what cannot be had is among the failures. */
  find(certificate: Certificate, issuer: Certificate): Promise<RevocationFindings>;
}

export interface RevocationSourceOptions {
  readonly http?: HttpPort;
  /** For one exchange, in milliseconds. */
  readonly timeout?: number;
  /** Largest CRL, in octets. */
  readonly crlLimit?: number;
  /** An answer is asked for again after this many milliseconds, and at its next update at the latest. */
  readonly refreshAfter?: number;
  /** An address that failed is left alone for this many milliseconds. */
  readonly restAfterFailure?: number;
}

interface Remembered<T> {
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const ocspLimit = 128 << 10;

/** Asks where the certificate says: OCSP first, and the CRL when that gives no answer. Answers are kept and shared. */
export class HttpRevocationSource implements RevocationSource {
  private readonly http: HttpPort;
  private readonly timeout: number;
  private readonly crlLimit: number;
  private readonly refreshAfter: number;
  private readonly restAfterFailure: number;
  private readonly answers = new LRUCache<string, Remembered<Crl | OcspResponse>>({ max: 10_000 });
  private readonly failed = new LRUCache<string, Remembered<PkiError>>({ max: 1_000 });
  private readonly underWay = new Map<string, Promise<Crl | OcspResponse>>();

  constructor(options: RevocationSourceOptions = {}) {
    this.http = options.http ?? exchangeOverHttp;
    this.timeout = options.timeout ?? 5_000;
    this.crlLimit = options.crlLimit ?? 20 << 20;
    this.refreshAfter = options.refreshAfter ?? 600_000;
    this.restAfterFailure = options.restAfterFailure ?? 30_000;
  }

  async find(certificate: Certificate, issuer: Certificate): Promise<RevocationFindings> {
    const failures: { url: string; code: PkiError['code'] }[] = [];
    const attempt = async <T extends Crl | OcspResponse>(key: string, url: string, ask: () => Promise<T>) => {
      try {
        return (await this.remember(key, ask)) as T;
      } catch (error) {
        if (!(error instanceof PkiError)) throw error;
        failures.push({ url, code: error.code });
        return undefined;
      }
    };
    for (const url of certificate.extensions.ocspUrls) {
      const key = `${url} ${certificate.fingerprint}`;
      const response = await attempt(key, url, () => this.askOcsp(url, certificate, issuer));
      if (response) return { crls: [], ocspResponses: [response], failures };
    }
    const crls: Crl[] = [];
    const { crlDistributionPoints = [], freshestCrl = [] } = certificate.extensions;
    for (const point of [...crlDistributionPoints, ...freshestCrl]) {
      for (const url of distributionUrls(point)) {
        const crl = await attempt(url, url, () => this.fetchCrl(url));
        if (!crl) continue;
        crls.push(crl);
        break; // the addresses of one point are the same list
      }
    }
    return { crls, ocspResponses: [], failures };
  }

  /** One exchange for all who ask at once; its answer, or its failure, for those who ask soon after. */
  private async remember(key: string, ask: () => Promise<Crl | OcspResponse>): Promise<Crl | OcspResponse> {
    const now = Date.now();
    const known = this.answers.get(key);
    if (known && now < known.until) return known.value;
    const failure = this.failed.get(key);
    if (failure && now < failure.until) throw failure.value;
    let exchange = this.underWay.get(key);
    if (!exchange) {
      exchange = this.exchange(key, ask).finally(() => this.underWay.delete(key));
      this.underWay.set(key, exchange);
    }
    return exchange;
  }

  private async exchange(key: string, ask: () => Promise<Crl | OcspResponse>): Promise<Crl | OcspResponse> {
    try {
      const value = await ask();
      this.answers.set(key, { value, until: Date.now() + this.refreshAfter });
      this.failed.delete(key);
      return value;
    } catch (error) {
      if (error instanceof PkiError) this.failed.set(key, { value: error, until: Date.now() + this.restAfterFailure });
      // A list that is still current serves on while its publisher is away
      const known = this.answers.get(key);
      if (known && isCurrent(known.value)) return known.value;
      throw error;
    }
  }

  private async fetchCrl(url: string): Promise<Crl> {
    return Crl.fromDer(await this.http({ url, timeout: this.timeout, limit: this.crlLimit }));
  }

  private async askOcsp(url: string, certificate: Certificate, issuer: Certificate): Promise<OcspResponse> {
    const nonce = randomBytes(32);
    const body = encodeOcspRequest(certificate, issuer, nonce);
    const contentType = 'application/ocsp-request';
    const answer = await this.http({ url, body, contentType, timeout: this.timeout, limit: ocspLimit });
    const response = OcspResponse.fromDer(answer);
    // Responders that answer with responses signed beforehand leave the nonce out (RFC 5019 §4); another is a replay
    if (response.nonce && !response.nonce.equals(nonce)) throw new PkiError('OCSP_NONCE_MISMATCH', url);
    const known = response.answers.some(
      ({ id, status }) => status !== 'unknown' && identifies(id, certificate, issuer),
    );
    if (!known) throw new PkiError('OCSP_REFUSED', `${url} does not know the certificate`);
    return response;
  }
}

const isCurrent = (answer: Crl | OcspResponse): boolean => {
  const nextUpdate = 'answers' in answer ? answer.answers[0]?.nextUpdate : answer.nextUpdate;
  return nextUpdate !== undefined && nextUpdate.getTime() > Date.now();
};
