import { Injectable } from '@nestjs/common';
import {
  type AgencyCode,
  type AgencyId,
  type CalendarDate,
  type DocumentId,
  formatReference,
  refusal,
} from '@axis/edoc';
import {
  Directory,
  DocumentNames,
  type DocumentBusiness,
  type DocumentEntity,
  LinkStore,
  type NewLink,
  type ReceiverChange,
  unqualified,
} from '@axis/storage';
import type { EntityManager } from 'typeorm';
import { EarlierDocuments, originalOf } from './earlier-documents';
import type { Submission } from './submission.schema';

/** What a submission does to earlier documents, settled against what is stored. */
export interface SettledBusiness {
  readonly business: DocumentBusiness;
  readonly originalId: DocumentId | null;
  readonly version: number;
  readonly links: readonly NewLink[];
  readonly reference: string;
  /** Everyone who is to have it. */
  readonly addressees: readonly string[];
}

type Update = Extract<Submission['business'], { type: 'update' }>;
type Replacement = Extract<Submission['business'], { type: 'replace' }>;

/** Who sends, and to whom by name. */
export interface Parties {
  readonly from: { readonly id: AgencyId; readonly code: AgencyCode };
  /** The codes asked for, each once. */
  readonly to: readonly AgencyCode[];
}

type Sender = Parties['from'];

/**
 * Answers, updates and replacements name earlier documents. Looked at twice: before files are read, so that a mistake is told
 * early, and again in the transaction that stores the document, with the earlier ones held.
 */
@Injectable()
export class SettleBusiness {
  constructor(
    private readonly names: DocumentNames,
    private readonly earlier: EarlierDocuments,
    private readonly links: LinkStore,
    private readonly directory: Directory,
  ) {}

  /**
   * @param hold whether the earlier documents are held until the transaction ends
   * @throws Refusal saying what cannot be
   */
  async settle(
    manager: EntityManager,
    submission: Submission,
    { from, to }: Parties,
    { hold, now }: { readonly hold: boolean; readonly now: Date },
  ): Promise<SettledBusiness> {
    const { number, notation, business, respondsTo = [] } = submission;
    const date = submission.promulgatedOn as CalendarDate;
    const reference = formatReference({ organId: from.code, date, number, notation });
    const named = await this.names.find(namesIn(business, respondsTo), now, manager);
    const answers = await this.answers(manager, respondsTo, named, from);
    const rest = { reference, links: answers };
    switch (business.type) {
      case 'new':
        return { ...rest, business, originalId: null, version: 1, addressees: to };
      case 'replace': {
        const links = await this.replacements(manager, business, named, { from, reference, hold });
        return {
          ...rest,
          business: { type: 'replace' },
          originalId: null,
          version: 1,
          addressees: to,
          links: [...answers, ...links],
        };
      }
      case 'update': {
        const update = await this.update(manager, business, named, from, to, hold);
        return { ...rest, ...update, links: [...answers, ...update.links] };
      }
    }
  }

  /** An answer to what the sender never had, or what the axis does not know, stands by its name alone. */
  private async answers(
    manager: EntityManager,
    respondsTo: readonly string[],
    named: ReadonlyMap<string, DocumentEntity>,
    from: Sender,
  ): Promise<NewLink[]> {
    return Promise.all(
      [...new Set(respondsTo)].map(async (name) => {
        const found = named.get(name);
        const known = found && (await this.earlier.isParty(manager, found, from));
        return linkTo('answers', name, known ? found : undefined);
      }),
    );
  }

  private async replacements(
    manager: EntityManager,
    { replaced }: Replacement,
    named: ReadonlyMap<string, DocumentEntity>,
    { from, reference, hold }: { readonly from: Sender; readonly reference: string; readonly hold: boolean },
  ): Promise<NewLink[]> {
    // A stranger's document stands by its name alone, as one that the axis does not know: nobody is to learn that it is there.
    const own = new Map<string, DocumentEntity>();
    for (const { document: name } of replaced) {
      const found = named.get(name);
      if (found && (await this.earlier.isOwn(manager, found, from, name))) own.set(name, found);
    }
    const targets = [...own.values()].map(originalOf);
    // In one order for all, so that two replacements of the same documents never wait for each other.
    for (const id of [...new Set(targets)].sort()) {
      await this.earlier.versions(manager, id, hold);
    }
    const agencies = await this.agencyIds(
      manager,
      replaced.flatMap(({ agencies }) => agencies ?? []),
    );
    const links = new Map<string, NewLink>();
    for (const { document: name, agencies: codes } of replaced) {
      const found = own.get(name);
      const only: string[] | null = codes?.map((code) => agencies.get(code) ?? '') ?? null;
      const link = linkTo('replaces', name, found, only);
      if (link.targetReference === reference) throw refusal('replacement.cycle', { document: name });
      if (found) {
        const already = await this.earlier.replacedFor(manager, found);
        const twice = already === 'all' || (already.size > 0 && (only?.some((agency) => already.has(agency)) ?? true));
        if (twice) throw refusal('document.replaced', { document: link.targetReference });
      }
      links.set(link.targetReference, merged(links.get(link.targetReference), link));
    }
    if ((await this.links.replacedThrough(manager, targets)).has(reference)) {
      throw refusal('replacement.cycle', { document: reference });
    }
    return [...links.values()];
  }

  private async update(
    manager: EntityManager,
    { document: name, add, remove }: Update,
    named: ReadonlyMap<string, DocumentEntity>,
    from: Sender,
    to: readonly AgencyCode[],
    hold: boolean,
  ): Promise<Omit<SettledBusiness, 'reference'>> {
    const found = named.get(name);
    if (!found || !(await this.earlier.isOwn(manager, found, from, name))) throw refusal('document.not_found');
    const originalId = originalOf(found);
    const { sent, next } = await this.earlier.versions(manager, originalId, hold);
    const replaced = await this.earlier.replacedFor(manager, found);
    const receivers = await this.earlier.receiversOf(manager, sent);
    if (replaced === 'all' || (receivers.size > 0 && [...receivers.keys()].every((id) => replaced.has(id)))) {
      throw refusal('document.replaced', { document: found.reference });
    }
    const ids = await this.agencyIds(manager, [...add, ...remove, ...to]);
    const removed = new Set(remove.map((code) => ids.get(code)));
    const stranger = remove.find((code) => !receivers.has(ids.get(code) ?? ''));
    if (stranger !== undefined) throw refusal('update.not_receiver', { agency: stranger });
    const staying = [...receivers]
      .filter(([id]) => !removed.has(id as AgencyId) && !replaced.has(id))
      .map(([, code]) => code);
    const addressees = [...new Set([...staying, ...add, ...to])];
    if (addressees.length === 0) throw refusal('update.no_receivers', { document: name });
    const change = (how: ReceiverChange['change']) => (code: string) => ({
      code,
      agencyId: ids.get(code) ?? '',
      change: how,
    });
    return {
      business: { type: 'update', receivers: [...add.map(change('added')), ...remove.map(change('removed'))] },
      originalId,
      version: next,
      links: [linkTo('updates', name, sent[0])],
      addressees,
    };
  }

  private async agencyIds(manager: EntityManager, codes: readonly string[]): Promise<ReadonlyMap<string, AgencyId>> {
    const resolved = await this.directory.resolve(codes as readonly AgencyCode[], manager);
    return new Map(
      [...resolved].map(([code, found]) => {
        if (found.kind === 'closed') throw refusal('addressee.closed', { agency: code });
        if (found.kind !== 'found') throw refusal('addressee.unknown', { agency: code });
        return [code, found.agency.id];
      }),
    );
  }
}

function namesIn(business: Submission['business'], respondsTo: readonly string[]): string[] {
  const concerned = business.type === 'update' ? [business.document] : [];
  const replaced = business.type === 'replace' ? business.replaced.map(({ document }) => document) : [];
  return [...new Set([...respondsTo, ...concerned, ...replaced])];
}

function linkTo(
  kind: NewLink['kind'],
  name: string,
  target: DocumentEntity | undefined,
  agencyIds: string[] | null = null,
): NewLink {
  const targetId = target ? originalOf(target) : null;
  return { kind, targetId, targetReference: target?.reference ?? unqualified(name), agencyIds };
}

/** A document named twice is replaced for the agencies of both; no agencies means all. */
function merged(before: NewLink | undefined, link: NewLink): NewLink {
  if (!before) return link;
  const either = before.agencyIds && link.agencyIds;
  return { ...link, agencyIds: either && [...new Set([...(before.agencyIds ?? []), ...(link.agencyIds ?? [])])] };
}
