import type { AxisEvent, EventType } from './events';
import type { StatusCode } from './status';

/**
 * What an evidence tells of: event names of ETSI EN 319 522-1 §6, and, after `ContentHandover`, where EN 319 522 ends, names of
 * our own for the rest of a document's life.
 */
export type EvidenceKind =
  | 'SubmissionAcceptance'
  | 'SubmissionRejection'
  | 'ContentConsignment'
  | 'ContentConsignmentFailure'
  | 'ContentHandover'
  | 'ConsignmentAcceptance'
  | 'ConsignmentRejection'
  /** A step the receiver reports, or the sender's wish to have the document back. */
  | 'StatusReport'
  /** Recalled by its sender before it was routed. */
  | 'SubmissionWithdrawal'
  /** Recalled, removed or superseded before the receiver read any of it. */
  | 'ConsignmentWithdrawal'
  /** Taken back after the receiver had it, by the axis's policy. */
  | 'Recall'
  /** The receiver was taken off the list after it had the document. */
  | 'Removal'
  /** Another document updates or replaces it for this receiver. */
  | 'Supersession'
  /** A receiver passed it on to an agency below it. */
  | 'Forwarding'
  /** A time limit has passed. */
  | 'Overdue'
  /** Its content left the axis by the retention policy. */
  | 'ContentExpiry';

/** What each event proves; undefined for steps within the axis, which prove nothing to anyone outside. */
const KINDS = {
  'document.submitted': undefined,
  'document.verified': 'SubmissionAcceptance',
  'document.rejected': 'SubmissionRejection',
  'document.withdrawn': 'SubmissionWithdrawal',
  'document.expired': 'ContentExpiry',
  'delivery.routed': undefined,
  'delivery.forwarded': 'Forwarding',
  'delivery.available': 'ContentConsignment',
  'delivery.handed_over': 'ContentHandover',
  'delivery.withdrawn': 'ConsignmentWithdrawal',
  'delivery.recalled': 'Recall',
  'delivery.removed': 'Removal',
  'delivery.superseded': 'Supersession',
  'delivery.overdue': 'Overdue',
  'delivery.failed': 'ContentConsignmentFailure',
} as const satisfies Record<Exclude<EventType, 'delivery.status'>, EvidenceKind | undefined>;

/** Which evidence an event calls for. */
export function evidenceKindOf(event: AxisEvent): EvidenceKind | undefined {
  return event.type === 'delivery.status' ? statusKind(event.data.code) : KINDS[event.type];
}

function statusKind(code: StatusCode): EvidenceKind {
  if (code === '02') return 'ConsignmentRejection';
  if (code === '03') return 'ConsignmentAcceptance';
  return 'StatusReport';
}
