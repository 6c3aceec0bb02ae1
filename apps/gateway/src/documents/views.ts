import {
  type AgencyId,
  categoryOf,
  DELIVERY_STATES,
  DOCUMENT_KINDS,
  type DocumentKind,
  type Problem,
  problemOf,
  STATUSES,
} from '@axis/edoc';
import type {
  AgencyName,
  DeliveryEntity,
  DeliveryStatusEntity,
  DocumentEntity,
  DocumentFileEntity,
  ReceiptEntity,
  Rejection,
  StoredDocument,
} from '@axis/storage';

/** How what is stored is shown, in the shapes of REST v1 (shapes.ts). Names of agencies are looked up once for a whole page. */
export type Names = ReadonlyMap<AgencyId, AgencyName>;

export function documentView({ document, files }: StoredDocument, names: Names) {
  const { kind, details, addressees, signatures, verifiedAt, routedAt } = document;
  return {
    ...documentSummary(document, names),
    kindName: DOCUMENT_KINDS[kind as DocumentKind].name,
    ...details,
    addressees: addressees.map(({ code }) => code),
    signatures,
    files: files.map(fileView),
    verifiedAt,
    routedAt,
  };
}

export function documentSummary(document: DocumentEntity, names: Names) {
  const { id, reference, number, notation, kind, subject, promulgatedOn, urgency, state, submittedAt } = document;
  const { business, version, originalId } = document;
  return {
    id,
    reference,
    from: agencyView(document.fromAgencyId, names),
    number,
    notation,
    kind,
    subject,
    promulgatedOn,
    urgency,
    business: business.type,
    version,
    originalId,
    state,
    rejection: problemView(document.rejection),
    submittedAt,
  };
}

export function fileView(file: DocumentFileEntity) {
  const { position, role, name, contentType, sha256, submittedSha256, documentId } = file;
  return {
    position,
    role,
    name,
    contentType,
    size: Number(file.size),
    sha256: sha256.toString('hex'),
    submittedSha256: submittedSha256.toString('hex'),
    href: `/v1/documents/${documentId}/files/${position}`,
  };
}

export function deliveryView(delivery: DeliveryEntity, names: Names) {
  const {
    id,
    documentId,
    requestedAs,
    succession,
    state,
    recall,
    amendment,
    reason,
    note,
    supersededBy,
    forwardedFrom,
    routedAt,
    availableAt,
    fetchedAt,
    handedOverAt,
    updatedAt,
  } = delivery;
  return {
    id,
    documentId,
    agency: agencyView(delivery.agencyId, names),
    sender: agencyView(delivery.senderAgencyId, names),
    forwardedFrom,
    note,
    requestedAs,
    succession,
    state,
    stateName: DELIVERY_STATES[state].label,
    recall,
    amendment,
    supersededBy,
    reason,
    problem: problemView(delivery.problem),
    routedAt,
    availableAt,
    fetchedAt,
    handedOverAt,
    updatedAt,
  };
}

export function inboxItemView(delivery: DeliveryEntity, stored: StoredDocument, names: Names) {
  const { id, requestedAs, succession, availableAt } = delivery;
  return {
    deliveryId: id,
    agency: agencyView(delivery.agencyId, names),
    requestedAs,
    succession,
    availableAt,
    document: documentSummary(stored.document, names),
    signatures: stored.document.signatures,
    files: stored.files.map(fileView),
  };
}

export function statusView(status: DeliveryStatusEntity) {
  const { id, deliveryId, code, effect, reason, staff, occurredAt, receivedAt } = status;
  return { id, deliveryId, code, name: STATUSES[code].name, effect, reason, staff, occurredAt, receivedAt };
}

export function receiptView({ id, documentId, deliveryId, kind, occurredAt, jws }: ReceiptEntity) {
  return { id, documentId, deliveryId, kind, occurredAt, jws };
}

export function agencyView(id: string, names: Names) {
  const known = names.get(id as AgencyId);
  return { code: known?.code ?? null, name: known?.name ?? null };
}

function problemView(stored: Rejection | null) {
  if (!stored) return null;
  const { code, params, vi, en }: Problem = problemOf(stored);
  return { code, category: categoryOf(code), params, messages: { vi, en } };
}
