import type { AxisEvent, EvidenceKind, OverdueStep } from '@axis/edoc';
import type { Evidence } from '@axis/evidence';
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
  readonly told: AxisEvent;
  readonly stored: StoredDocument;
  readonly delivery?: DeliveryEntity | undefined;
  /** Code of the agency that receives. */
  readonly agencyCode?: string | undefined;
  readonly status?: DeliveryStatusEntity | undefined;
}

export function evidenceOf({ id, kind, occurredAt, told, stored, delivery, agencyCode, status }: Witnessed): Evidence {
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
        ...(delivery.forwardedFrom !== null && { forwardedFrom: delivery.forwardedFrom }),
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
    ...withdrawalOf(told, delivery),
    ...(told.type === 'delivery.superseded' && { supersession: { by: told.data.by, how: told.data.how } }),
    ...(told.type === 'delivery.overdue' && delivery && { overdue: overdueOf(told.data.step, delivery) }),
    ...(problem && { problem: { code: problem.code, params: problem.params } }),
  };
}

function withdrawalOf({ type, data }: AxisEvent, delivery: DeliveryEntity | undefined): Pick<Evidence, 'withdrawal'> {
  const reason = delivery?.reason;
  const said = reason === null || reason === undefined ? {} : { reason };
  if (type === 'delivery.withdrawn') return { withdrawal: { cause: data.cause, ...said } };
  if (type === 'delivery.recalled') return { withdrawal: { cause: 'recall', ...said } };
  return type === 'delivery.removed' ? { withdrawal: { cause: 'removal', ...said } } : {};
}

function overdueOf(step: OverdueStep, { acknowledgeBy, processBy }: DeliveryEntity) {
  const limit = step === 'acknowledge' ? acknowledgeBy : processBy;
  if (!limit) throw new Error(`a delivery that is overdue to ${step} has a limit for it`);
  return { step, limit: limit.toISOString() };
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
