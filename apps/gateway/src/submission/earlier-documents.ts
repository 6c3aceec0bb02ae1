import { Injectable } from '@nestjs/common';
import { type AgencyCode, type AgencyId, type DocumentId, ENDED_STATES, refusal } from '@axis/edoc';
import {
  type DeliveryEntity,
  DeliveryStore,
  Directory,
  type DocumentEntity,
  DocumentStore,
  LinkStore,
} from '@axis/storage';
import type { EntityManager } from 'typeorm';

/** The agency that sends. */
interface Sending {
  readonly id: AgencyId;
}

/** What a new document needs to know of those before it. */
@Injectable()
export class EarlierDocuments {
  constructor(
    private readonly documents: DocumentStore,
    private readonly deliveries: DeliveryStore,
    private readonly links: LinkStore,
    private readonly directory: Directory,
  ) {}

  /**
   * The versions of a document that were sent, the first first; held until the transaction ends where asked.
   * @returns them, and the next version's number
   * @throws Refusal `document.in_process`, `document.rejected`, `document.withdrawn`
   */
  async versions(
    manager: EntityManager,
    original: DocumentId,
    hold: boolean,
  ): Promise<{ readonly sent: readonly DocumentEntity[]; readonly next: number }> {
    const all = await this.documents.versions(manager, original, { lock: hold });
    // A rejected update never was; a rejected first version says so.
    const sent = all.filter(({ state, version }) => version === 1 || state !== 'rejected');
    sent.forEach(requireSent);
    return { sent, next: (all.at(-1)?.version ?? 1) + 1 };
  }

  /** The agencies that have some version now, by id, with the code each uses. Whom they forwarded it to is theirs to tell. */
  async receiversOf(manager: EntityManager, versions: readonly DocumentEntity[]): Promise<ReadonlyMap<string, string>> {
    const deliveries = await this.deliveries.ofDocuments(
      manager,
      versions.map(({ id }) => id as DocumentId),
    );
    const latest = new Map<string, DeliveryEntity>();
    for (const delivery of deliveries) if (delivery.forwardedFrom === null) latest.set(delivery.agencyId, delivery);
    // An unfetched older version is withdrawn when a newer one is routed: the newest delivery tells.
    const open = [...latest.values()].filter(({ state }) => !ENDED_STATES.includes(state));
    const names = await this.directory.names(
      open.map(({ agencyId }) => agencyId as AgencyId),
      manager,
    );
    return new Map(open.map(({ agencyId }) => [agencyId, names.get(agencyId as AgencyId)?.code ?? '']));
  }

  /** Whether an agency sent it, or has it. */
  async isParty(manager: EntityManager, document: DocumentEntity, agency: Sending): Promise<boolean> {
    return (
      document.fromAgencyId === agency.id || this.deliveries.reaches(document.id as DocumentId, [agency.id], manager)
    );
  }

  /**
   * Whether it is the sender's own. A successor acts for the agency it followed.
   * @returns false to one who has nothing to do with it: to it, it does not exist
   * @throws Refusal `document.not_yours` to one who received it
   */
  async isOwn(manager: EntityManager, document: DocumentEntity, from: Sending, name: string): Promise<boolean> {
    if (document.fromAgencyId === from.id) return true;
    const code = document.fromCode as AgencyCode;
    const today = (await this.directory.resolve([code], manager)).get(code);
    if (today?.kind === 'found' && today.agency.id === from.id) return true;
    if (await this.isParty(manager, document, from)) throw refusal('document.not_yours', { document: name });
    return false;
  }

  /** The agencies for which another document stands in its place. */
  async replacedFor(manager: EntityManager, document: DocumentEntity): Promise<'all' | ReadonlySet<string>> {
    const versions = await this.documents.versions(manager, originalOf(document), { lock: false });
    const named = await this.links.to(
      versions.map((version) => version.id as DocumentId),
      manager,
    );
    const replacing = named.filter(({ kind }) => kind === 'replaces');
    const standing = await this.documents.standing(
      manager,
      replacing.map(({ documentId }) => documentId as DocumentId),
    );
    const links = replacing.filter(({ documentId }) => standing.has(documentId));
    if (links.some(({ agencyIds }) => agencyIds === null)) return 'all';
    return new Set(links.flatMap(({ agencyIds }) => agencyIds ?? []));
  }
}

export const originalOf = ({ originalId, id }: DocumentEntity): DocumentId => (originalId ?? id) as DocumentId;

/** What is still being checked may yet be rejected, and what was rejected or recalled is with nobody. */
function requireSent({ state, reference }: DocumentEntity): void {
  switch (state) {
    case 'submitted':
    case 'verified':
      throw refusal('document.in_process', { document: reference });
    case 'rejected':
      throw refusal('document.rejected', { document: reference });
    case 'withdrawn':
      throw refusal('document.withdrawn', { document: reference });
    case 'routed':
  }
}
