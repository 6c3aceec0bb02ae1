import { Injectable } from '@nestjs/common';
import { type AgencyCode, type AgencyId, type DocumentId, ENDED_STATES, newDeliveryId, refusal } from '@axis/edoc';
import {
  type Caller,
  type DeliveryEntity,
  DeliveryStore,
  Directory,
  type DocumentEntity,
  newDelivery,
  Outbox,
  RemoveReceivers,
  withForwarded,
} from '@axis/storage';
import { DataSource, type EntityManager } from 'typeorm';
import { refuseAddressee } from '../submission/check-submission';
import { EarlierDocuments } from '../submission/earlier-documents';
import { OwnDocuments } from '../documents/own-documents';

export interface ReceiverChanges {
  readonly add: readonly AgencyCode[];
  readonly remove: readonly AgencyCode[];
  readonly reason: string | null;
}

/**
 * An update of who receives a document, its content unchanged: added agencies get the newest version, removed ones are told and
 * lose access; what they have not read yet they never see.
 */
@Injectable()
export class ChangeReceivers {
  constructor(
    private readonly database: DataSource,
    private readonly deliveries: DeliveryStore,
    private readonly directory: Directory,
    private readonly own: OwnDocuments,
    private readonly earlier: EarlierDocuments,
    private readonly removal: RemoveReceivers,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Again: the same answer.
   * @returns the deliveries to the agencies named
   * @throws Refusal `document.not_found`, `document.not_yours`, `document.in_process`, `document.withdrawn`, `document.expired`,
   *   `document.replaced`, `update.not_receiver`,
   *   or what keeps an agency from being written to
   */
  async change(id: DocumentId, caller: Caller, changes: ReceiverChanges, now: Date): Promise<DeliveryEntity[]> {
    return this.database.transaction(async (manager) => {
      const versions = await this.own.hold(manager, id, caller);
      const newest = newestRouted(versions);
      const resolved = await this.directory.resolve([...changes.add, ...changes.remove], manager);
      const from = { id: newest.fromAgencyId as AgencyId, code: newest.fromCode as AgencyCode };
      // Held by `own`, it does not expire meanwhile.
      if (newest.expiredAt && changes.add.length > 0) throw refusal('document.expired');
      if (changes.add.length > 0 && (await this.earlier.replacedFor(manager, newest)) === 'all') {
        throw refusal('document.replaced', { document: newest.reference });
      }
      for (const code of changes.add) refuseAddressee(code, resolved.get(code), from);
      const idOf = (code: AgencyCode): string | undefined => {
        const found = resolved.get(code);
        return found && 'agency' in found ? found.agency.id : undefined;
      };
      const held = await this.deliveries.lockOf(
        manager,
        versions.map((version) => version.id as DocumentId),
      );
      const removed = changes.remove.map((code) => {
        const theirs = held.filter(({ agencyId }) => agencyId === idOf(code));
        if (theirs.length === 0) throw refusal('update.not_receiver', { agency: code });
        return theirs;
      });
      const ended = withForwarded(removed.flat(), held);
      await this.removal.remove(manager, ended, { reason: changes.reason, source: 'gateway' }, now);
      const added = await this.add(
        manager,
        newest,
        held,
        changes.add.flatMap((code) => {
          const found = resolved.get(code);
          return found?.kind === 'found' ? [{ code, agencyId: found.agency.id, via: [...found.via] }] : [];
        }),
        now,
      );
      return [...added, ...ended];
    });
  }

  /** Who has it already keeps it as it is. */
  private async add(
    manager: EntityManager,
    { id, fromAgencyId }: DocumentEntity,
    held: readonly DeliveryEntity[],
    added: readonly { readonly code: AgencyCode; readonly agencyId: string; readonly via: string[] }[],
    now: Date,
  ): Promise<DeliveryEntity[]> {
    const documentId = id as DocumentId;
    const there = held.filter((delivery) => delivery.documentId === documentId);
    const deliveries = added.map(({ code, agencyId, via }, position) => {
      const known = there.find((delivery) => delivery.agencyId === agencyId);
      if (known && ENDED_STATES.includes(known.state)) throw refusal('update.receiver_ended', { agency: code });
      const beginning = {
        documentId,
        id: newDeliveryId(documentId, there.length + position),
        agencyId,
        senderAgencyId: fromAgencyId,
        requestedAs: [code],
        succession: via,
        routedAt: now,
      };
      return known ?? newDelivery(beginning);
    });
    const inserted = await this.deliveries.insert(
      manager,
      deliveries.filter((delivery) => !there.includes(delivery)),
    );
    if (inserted.size > 0) {
      await this.outbox.add(
        manager,
        [{ type: 'delivery.routed', source: 'gateway', subject: documentId, data: { documentId } }],
        now,
      );
    }
    return deliveries;
  }
}

function newestRouted(versions: readonly DocumentEntity[]): DocumentEntity {
  const standing = versions.filter(({ state }) => state !== 'rejected');
  const newest = standing.at(-1);
  const document = newest?.reference ?? '';
  if (newest?.state === 'withdrawn') throw refusal('document.withdrawn', { document });
  if (newest?.state !== 'routed') throw refusal('document.in_process', { document });
  return newest;
}
