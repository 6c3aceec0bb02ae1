import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { type AgencyId, type DocumentId, monthOf } from '@axis/edoc';
import { extendPdf, PadesError, validatePdf } from '@axis/pades';
import { PkiError } from '@axis/pki';
import { ContentStore, Directory, DocumentStore, SealStore } from '@axis/storage';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { findingOf } from './examine-document';
import { KeyRing } from './key-ring';
import { SealDocument } from './seal-document';

const EVERY_MS = 60_000;
const BATCH = 20;

/**
 * Raises seals that fell short of the level wanted, once the time-stamping authority or revocation service is back. Whoever
 * fetched the document before has a valid one all the same: raising only adds to it.
 */
@Injectable()
export class RaiseSeals {
  constructor(
    private readonly database: DataSource,
    private readonly seals: SealStore,
    private readonly documents: DocumentStore,
    private readonly contents: ContentStore,
    private readonly directory: Directory,
    private readonly keys: KeyRing,
    private readonly sealing: SealDocument,
    private readonly log: PinoLogger,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    try {
      await this.raiseAll();
    } catch (error) {
      this.log.error({ err: error }, 'seals could not be raised; tried again in a minute');
    }
  }

  /** One pass over all that fall short. @returns how many were raised. */
  async raiseAll(): Promise<number> {
    let raised = 0;
    let after: DocumentId | undefined;
    for (;;) {
      const some = await this.seals.short(after, BATCH);
      for (const id of some) if (await this.raise(id)) raised += 1;
      after = some.at(-1);
      if (after === undefined) return raised;
    }
  }

  private async raise(documentId: DocumentId): Promise<boolean> {
    const { level, timestamps } = this.sealing;
    const stored = await this.documents.find(documentId);
    const from = stored?.files[0]?.sha256;
    if (!stored || !from || !timestamps || level === 'B-B') return false;
    const month = monthOf(documentId);
    try {
      const pdf = await this.contents.readAll(month, from);
      const higher = await extendPdf(pdf, { ...this.keys.validation, level, timestamps });
      const report = await validatePdf(higher, this.keys.validation);
      const agency = stored.document.fromAgencyId as AgencyId;
      const signers = (await this.directory.signersOf([agency])).get(agency) ?? new Map<string, never>();
      const signatures = report.signatures.map((signature) => findingOf(signature, signers));
      const sha256 = createHash('sha256').update(higher).digest();
      const done = await this.database.transaction(async (manager) => {
        await this.contents.put(manager, month, [higher]);
        return this.seals.replace(manager, { documentId, from, sha256, size: higher.length, signatures });
      });
      if (done) this.log.info({ documentId, level }, 'seal raised');
      return done;
    } catch (error) {
      // One that cannot be raised must not hold up those after it; it is tried again with the next pass.
      if (error instanceof PkiError || error instanceof PadesError) {
        this.log.warn({ documentId, code: error.code, reason: error.message }, 'seal cannot be raised yet');
      } else this.log.error({ err: error, documentId }, 'seal cannot be raised');
      return false;
    }
  }
}
