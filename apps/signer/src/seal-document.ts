import { PadesError, type SignedToLevel, signPdf, signToLevel, type TimestampSource } from '@axis/pades';
import { TimestampClient } from '@axis/pki';
import type { Config } from '@axis/platform';
import type { KeyRing, Seal } from './key-ring';

/** How seals are put on: the level wanted, and where time stamps come from. */
export class SealDocument {
  readonly level: Config['seal']['level'];
  readonly timestamps: TimestampSource | undefined;

  constructor(
    private readonly keys: KeyRing,
    { seal }: Config,
  ) {
    this.level = seal.level;
    this.timestamps = seal.tsaUrl === undefined ? undefined : new TimestampClient({ url: seal.tsaUrl });
  }

  /**
   * Puts an agency's seal on a PDF, over the left third of the signature in the field `over` where that shows
   * (NĐ 30/2020 Phụ lục I, mục II.8). Falls short of the level wanted rather than wait for another's server.
   */
  async seal(pdf: Buffer, { key, image }: Seal, over: string | undefined): Promise<SignedToLevel> {
    if (!image || over === undefined) return this.sign(pdf, key);
    const agency = key.certificate.subject.commonName ?? '';
    try {
      return await this.sign(pdf, key, { kind: 'seal', image, agency, place: { overLeftOf: over } });
    } catch (error) {
      // A person who signed without showing it leaves no place for the seal: it signs all the same.
      if (error instanceof PadesError && error.code === 'anchor-not-found') return this.sign(pdf, key);
      throw error;
    }
  }

  private async sign(
    pdf: Buffer,
    key: Seal['key'],
    look?: Parameters<typeof signPdf>[1]['look'],
  ): Promise<SignedToLevel> {
    const claims = { key, signingTime: new Date(), ...(look && { look }) };
    const { level, timestamps } = this;
    if (!timestamps) return { pdf: await signPdf(pdf, claims), level: 'B-B' };
    return signToLevel(pdf, { ...claims, level, timestamps, validation: this.keys.validation });
  }
}
