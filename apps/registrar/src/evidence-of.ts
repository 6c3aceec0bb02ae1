import { type AxisEvent, type StatusCode } from '@axis/edoc';
import type { Evidence, EvidenceKind } from '@axis/evidence';
import type {
  DeliveryEntity,
  DeliveryStatusEntity,
  DocumentEntity,
  DocumentFileEntity,
  StoredDocument,
} from '@axis/storage';

/** What an evidence of an event is made of. */
export interface Witnessed {
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly occurredAt: string;
  readonly stored: StoredDocument;
  readonly delivery?: DeliveryEntity | undefined;
  /** Code of the agency that receives. */
  readonly agencyCode?: string | undefined;
  readonly status?: DeliveryStatusEntity | undefined;
}

/** Which evidence an event calls for; undefined for steps within the axis, which prove nothing to anyone outside. */
export function evidenceKindOf(event: AxisEvent): EvidenceKind | undefined {
  switch (event.type) {
    case 'document.submitted':
    case 'delivery.routed':
      return undefined;
    case 'document.verified':
      return 'SubmissionAcceptance';
    case 'document.rejected':
      return 'SubmissionRejection';
    case 'delivery.available':
      return 'ContentConsignment';
    case 'delivery.handed_over':
      return 'ContentHandover';
    case 'delivery.failed':
      return 'ContentConsignmentFailure';
    case 'delivery.status':
      return statusKind(event.data.code);
  }
}

function statusKind(code: StatusCode): EvidenceKind {
  if (code === '02') return 'ConsignmentRejection';
  if (code === '03') return 'ConsignmentAcceptance';
  return 'StatusReport';
}

export function evidenceOf({ id, kind, occurredAt, stored, delivery, agencyCode, status }: Witnessed): Evidence {
  const { document, files } = stored;
  const problem = problemOf(kind, document, delivery);
  return {
    version: 1,
    id,
    kind,
    occurredAt,
    document: { id: document.id, reference: document.reference, from: document.fromCode, files: files.map(fileOf) },
    ...(!delivery &&
      document.signatures && {
        signatures: document.signatures.map(({ signer, indication }) => ({ signer, indication })),
      }),
    ...(delivery && {
      delivery: {
        id: delivery.id,
        agency: agencyCode ?? '',
        requestedAs: delivery.requestedAs,
        succession: delivery.succession,
      },
    }),
    ...(status && {
      status: {
        code: status.code,
        ...(status.reason !== null && { reason: status.reason }),
        ...(status.staff && { staff: status.staff.name }),
        occurredAt: status.occurredAt.toISOString(),
      },
    }),
    ...(problem && { problem: { code: problem.code, params: problem.params } }),
  };
}

/** Only a failure tells its problem: by the time its receipt is made, an earlier step's delivery may have failed. */
function problemOf(kind: EvidenceKind, { rejection }: DocumentEntity, delivery: DeliveryEntity | undefined) {
  if (kind === 'SubmissionRejection') return rejection;
  return kind === 'ContentConsignmentFailure' ? delivery?.problem : undefined;
}

function fileOf({ name, size, sha256, submittedSha256 }: DocumentFileEntity) {
  return {
    name,
    size: Number(size),
    sha256: sha256.toString('hex'),
    submittedSha256: submittedSha256.toString('hex'),
  };
}
