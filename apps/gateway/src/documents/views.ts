import {
  type AgencyId,
  type CalendarDate,
  categoryOf,
  DELIVERY_STATES,
  DOCUMENT_KINDS,
  type DocumentKind,
  OVERDUE_STEPS,
  type Problem,
  problemOf,
  sendBy,
  STATES_OWING,
  STATUSES,
  urgencyOfPriority,
  type WorkingCalendar,
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

export function documentView({ document, files }: StoredDocument, names: Names, calendar: WorkingCalendar) {
  const { kind, details, addressees, signatures, verifiedAt, routedAt, expiredAt } = document;
  return {
    ...documentSummary(document, names),
    ...sendingView(document, calendar),
    kindName: DOCUMENT_KINDS[kind as DocumentKind].name,
    ...details,
    addressees: addressees.map(({ code }) => code),
    signatures,
    files: files.map(fileView),
    verifiedAt,
    routedAt,
    expiredAt,
  };
}

/** By when it was to be sent (QĐ 28/2018/QĐ-TTg Điều 6), and whether it was later. */
function sendingView({ promulgatedOn, urgency, submittedAt }: DocumentEntity, calendar: WorkingCalendar) {
  const limit = sendBy(promulgatedOn as CalendarDate, urgencyOfPriority(urgency) ?? 'normal', calendar);
  return { sendBy: limit, sentLate: submittedAt > limit };
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
    acknowledgeBy,
    processBy,
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
    acknowledgeBy,
    processBy,
    overdue: overdueSteps(delivery),
    registration: registrationView(delivery),
  };
}

/** What it still owes though the time limit has passed. */
function overdueSteps(delivery: DeliveryEntity) {
  const found = { acknowledge: delivery.acknowledgeOverdueAt, process: delivery.processOverdueAt };
  const owes = delivery.supersededBy === null;
  return OVERDUE_STEPS.filter((step) => owes && found[step] !== null && STATES_OWING[step].includes(delivery.state));
}

function registrationView({ arrivalNumber, arrivalYear, registeredAt }: DeliveryEntity) {
  return arrivalNumber === null ? null : { number: arrivalNumber, year: arrivalYear, at: registeredAt };
}

export function inboxItemView(delivery: DeliveryEntity, stored: StoredDocument, names: Names) {
  const { id, requestedAs, succession, note, recall, amendment, availableAt, acknowledgeBy, processBy } = delivery;
  return {
    deliveryId: id,
    agency: agencyView(delivery.agencyId, names),
    sender: agencyView(delivery.senderAgencyId, names),
    requestedAs,
    succession,
    note,
    recall,
    amendment,
    availableAt,
    acknowledgeBy,
    processBy,
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
