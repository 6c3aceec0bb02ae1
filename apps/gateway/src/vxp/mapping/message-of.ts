import {
  type AgencyCode,
  type CalendarDate,
  DOCUMENT_KINDS,
  type DocumentKind,
  formatNumber,
  parseReference,
  urgencyOfPriority,
} from '@axis/edoc';
import type { Business, EdxmlDocument, EdxmlStatus, Organ, ResponseFor, StaffInfo } from '@axis/edxml';
import type {
  AgencyName,
  DeliveryStatusEntity,
  DocumentEntity,
  DocumentLinkEntity,
  OrganDetails,
  StaffDetails,
} from '@axis/storage';

/** A stored document, whichever door it came by, and what it needs around it to be written as a message. */
export interface Described {
  readonly document: DocumentEntity;
  readonly links: readonly DocumentLinkEntity[];
  /** The documents that the links name, by id, as far as the axis knows them. */
  readonly targets: ReadonlyMap<string, DocumentEntity>;
  /** Agencies by each code they are named by here. */
  readonly names: ReadonlyMap<string, AgencyName>;
}

/** The document as a message. The same whoever reads it. */
export function documentMessage(described: Described): EdxmlDocument {
  const { document, names } = described;
  const { details } = document;
  const { edxml } = details;
  return {
    ...headerOf(document, names),
    to: document.addressees.map(({ code }) => organOf(code, edxml?.to, names)),
    documentType: {
      ...edxml?.documentType,
      typeName: details.kindName ?? DOCUMENT_KINDS[document.kind as DocumentKind].name,
    },
    content: details.content,
    ...(details.signer && { signer: details.signer }),
    dueDate: details.dueOn as CalendarDate | undefined,
    urgency: urgencyOfPriority(document.urgency),
    sphereOfPromulgation: details.sphere,
    typerNotation: details.typerNotation,
    promulgationAmount: details.promulgationAmount,
    pageAmount: details.pageCount,
    direction: details.direction,
    appendixes: details.appendixes ?? [],
    responseFor: answersOf(described),
    steeringType: details.steeringType,
    toPlaces: details.toPlaces ?? [],
    trace: traceOf(document),
    business: businessOf(described),
    businessReason: details.businessReason,
    paper: details.paper,
    staff: staffInfo(details.staff),
  };
}

/** The sender asks one receiver for the document back (business type 1). */
export function recallMessage(described: Described, receiver: AgencyName, status: DeliveryStatusEntity): EdxmlDocument {
  const documentId = documentIdOf(described.document);
  return {
    ...bare(described, receiver, status.receivedAt),
    business: { type: 'recall', documentId },
    businessReason: status.reason ?? undefined,
    staff: staffInfo(status.staff ?? undefined),
  };
}

/** The sender takes one receiver off the list (business type 2, ReceiverType 0). */
export function removalMessage(described: Described, receiver: AgencyName, at: Date): EdxmlDocument {
  const documentId = documentIdOf(described.document);
  const receivers = [{ organId: receiver.code, change: 'removed' as const }];
  return { ...bare(described, receiver, at), business: { type: 'update', documentId, content: false, receivers } };
}

/** A status of one party of the delivery, for the other. */
export function statusMessage(
  { document, names }: Pick<Described, 'document' | 'names'>,
  parties: { readonly speaker: AgencyName; readonly hearer: AgencyName },
  status: DeliveryStatusEntity,
): EdxmlStatus {
  const { number, notation, promulgatedOn } = document;
  return {
    kind: 'status',
    from: organOf(parties.speaker.code, undefined, new Map([...names, [parties.speaker.code, parties.speaker]])),
    responseFor: {
      organId: parties.hearer.code,
      code: formatNumber({ number, notation }),
      promulgationDate: promulgatedOn as CalendarDate,
      documentId: documentIdOf(document),
    },
    staff: staffInfo(status.staff ?? undefined),
    statusCode: status.code,
    description: status.reason ?? undefined,
    timestamp: status.occurredAt,
  };
}

/** The id by which sender and receivers speak of it: the sender's own where it has one. */
export function documentIdOf({ details, reference }: DocumentEntity): string {
  return details.edxml?.documentId ?? reference;
}

function headerOf(document: DocumentEntity, names: Described['names']) {
  const { number, notation, subject, details, promulgatedOn, fromCode } = document;
  return {
    kind: 'document' as const,
    // By the code it used itself, of whichever generation.
    from: organOf(details.edxml?.from.organId ?? fromCode, details.edxml && [details.edxml.from], names),
    documentId: documentIdOf(document),
    number,
    notation,
    promulgationPlace: details.promulgationPlace,
    promulgationDate: promulgatedOn as CalendarDate,
    subject,
  };
}

/** A message about a document that does not bring it again. */
function bare({ document, names }: Described, { code, name }: AgencyName, at: Date) {
  return {
    ...headerOf(document, names),
    to: [{ organId: code, organName: name }],
    appendixes: [],
    responseFor: [],
    toPlaces: [],
    trace: [{ organId: document.fromCode as AgencyCode, timestamp: at }],
  };
}

/** As the sender's message presented it; what that left out, by the directory. */
function organOf(code: string, presented: readonly OrganDetails[] | undefined, names: Described['names']): Organ {
  const organId = code as AgencyCode;
  const own = presented?.find((organ) => organ.organId === code);
  return { ...own, organName: own?.organName ?? names.get(code)?.name, organId };
}

function answersOf({ document: { details }, links, targets }: Described): readonly ResponseFor[] {
  if (details.edxml) return details.edxml.responseFor as readonly ResponseFor[];
  return links.filter(({ kind }) => kind === 'answers').map((link) => responseFor(link, targets));
}

/** By what its sender calls it, where the axis knows it; else as this document's sender named it. */
function targetName({ targetId, targetReference }: DocumentLinkEntity, targets: Described['targets']): string {
  const target = targetId === null ? undefined : targets.get(targetId);
  return target ? documentIdOf(target) : (OWN_NAME.exec(targetReference)?.[1] ?? targetReference);
}

/** `OrganId:` before an agency's own id of a document is for the axis to find it by. */
const OWN_NAME = /^[^,:\s]+:\s*(.+)$/s;

function responseFor(link: DocumentLinkEntity, targets: Described['targets']): ResponseFor {
  const name = targetName(link, targets);
  const parsed = parseReference(link.targetReference);
  if (parsed.kind !== 'reference') return { documentId: name };
  const { organId, date, number, notation } = parsed.reference;
  return { organId, code: formatNumber({ number, notation }), promulgationDate: date, documentId: name };
}

function traceOf({ details, fromCode, submittedAt }: DocumentEntity) {
  const told = details.edxml?.trace ?? [];
  if (told.length === 0) return [{ organId: fromCode as AgencyCode, timestamp: submittedAt }];
  return told.map(({ organId, timestamp }) => ({
    organId: organId as AgencyCode | undefined,
    timestamp: timestamp === undefined ? undefined : new Date(timestamp),
  }));
}

function businessOf({ document: { business }, links, targets, names }: Described): Business {
  switch (business.type) {
    case 'new':
      return { type: 'new' };
    case 'update': {
      const updated = links.find(({ kind }) => kind === 'updates');
      const receivers = business.receivers.map(({ code, change }) => ({ organId: code as AgencyCode, change }));
      return { type: 'update', documentId: updated ? targetName(updated, targets) : '', content: true, receivers };
    }
    case 'replace':
      return {
        type: 'replace',
        replaced: links
          .filter(({ kind }) => kind === 'replaces')
          .map((link) => ({
            documentId: targetName(link, targets),
            organIds: (link.agencyIds ?? []).flatMap((id) => names.get(id)?.code ?? []),
          })),
      };
  }
}

function staffInfo(staff: StaffDetails | undefined): StaffInfo | undefined {
  if (!staff) return undefined;
  const { name, ...rest } = staff;
  return { ...rest, staff: name };
}
