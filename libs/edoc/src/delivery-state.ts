import { STATUSES, type Party, type StatusCode } from './status';

/**
 * The states of a delivery in the order it passes them, and what may come next.
 *
 * Statuses arrive late, twice and out of order, so a status does not have to be the very next one. It says how far the
 * delivery has come: what lies further on advances it, what lies behind is kept as late, and what is on no common way
 * (completed after refused) is impossible. The current state is thus the same in whatever order the statuses came.
 */
export const DELIVERY_STATES = {
  routed: { label: 'Đang chuyển', next: ['available', 'failed', 'withdrawn'] },
  available: { label: 'Chờ nhận', next: ['failed', 'handed_over', 'withdrawn'] },
  // Not the end: a receipt that comes after the axis gave up proves that the document did arrive.
  failed: { label: 'Không chuyển được', next: ['handed_over', 'withdrawn'] },
  handed_over: { label: 'Đã chuyển', next: ['arrived'] },
  arrived: { label: 'Đã đến', next: ['refused', 'accepted'] },
  refused: { label: 'Bị từ chối', next: ['recalled', 'removed'] },
  accepted: { label: 'Đã tiếp nhận', next: ['assigned'] },
  assigned: { label: 'Đã phân công', next: ['processing'] },
  processing: { label: 'Đang xử lý', next: ['completed'] },
  completed: { label: 'Hoàn thành', next: ['recalled', 'removed'] },
  withdrawn: { label: 'Đã rút lại trước khi nhận', next: [] },
  recalled: { label: 'Đã lấy lại', next: [] },
  // The sender took this receiver off the list after it had the document.
  removed: { label: 'Đã thôi gửi', next: [] },
} as const satisfies Record<string, { label: string; next: readonly string[] }>;

export type DeliveryState = keyof typeof DELIVERY_STATES;

/** The states the axis itself brings about; all others come from a status. */
export type TransportState = 'available' | 'handed_over' | 'failed' | 'withdrawn' | 'removed';

/** The receiver has no claim to the content any more; what it knows of the document stays. */
export const ENDED_STATES: readonly DeliveryState[] = ['withdrawn', 'recalled', 'removed'];

/** Where the sender's wish to have the document back stands. A receiver that declined may still agree later. */
export const RECALL_STATES = {
  none: { label: 'Không' },
  asked: { label: 'Đang yêu cầu lấy lại' },
  declined: { label: 'Từ chối trả lại' },
  agreed: { label: 'Đồng ý trả lại' },
  // QĐ 28/2018/QĐ-TTg Điều 9: the receiver is obliged to cancel; the axis does it at once where its policy says so.
  cancelled: { label: 'Đã hủy theo yêu cầu lấy lại' },
} as const satisfies Record<string, { label: string }>;

export type RecallState = keyof typeof RECALL_STATES;

/** Where a receiver's consent to an update of the document stands. */
export const AMENDMENT_STATES = {
  none: { label: 'Không' },
  asked: { label: 'Chờ ý kiến về nội dung cập nhật' },
  declined: { label: 'Từ chối cập nhật' },
  agreed: { label: 'Đồng ý cập nhật' },
} as const satisfies Record<string, { label: string }>;

export type AmendmentState = keyof typeof AMENDMENT_STATES;

export interface DeliveryProgress {
  readonly state: DeliveryState;
  readonly recall: RecallState;
  readonly amendment: AmendmentState;
}

export interface StatusReport {
  readonly code: StatusCode;
  readonly by: Party;
  readonly reason?: string | undefined;
}

/**
 * - `advanced`: the delivery is now in `state`, `recall` and `amendment`
 * - `late`: true, but outrun by what is known already; to be kept, the progress stays
 * - `repeated`: said before; to be kept, nobody needs to be told again
 * - `refused`: cannot be; `code` is the problem to answer with
 */
export type StatusOutcome =
  | ({ readonly kind: 'advanced' } & DeliveryProgress)
  | { readonly kind: 'late' }
  | { readonly kind: 'repeated' }
  | {
      readonly kind: 'refused';
      readonly code: 'status.impossible' | 'status.wrong_party' | 'status.reason_required';
    };

export const NEW_DELIVERY: DeliveryProgress = { state: 'routed', recall: 'none', amendment: 'none' };

/** What each status says of the delivery (names and who may say them: STATUSES). */
const MEANINGS = {
  '01': { state: 'arrived' },
  '02': { state: 'refused' },
  '03': { state: 'accepted' },
  '04': { state: 'assigned' },
  '05': { state: 'processing' },
  '06': { state: 'completed' },
  '13': { recall: 'asked' },
  '15': { recall: 'agreed' },
  '16': { recall: 'declined' },
} as const satisfies Record<StatusCode, { state: DeliveryState } | { recall: RecallState }>;

const RECALL_ORDER = Object.keys(RECALL_STATES) as readonly RecallState[];
const AMENDMENT_ORDER = Object.keys(AMENDMENT_STATES) as readonly AmendmentState[];

/** What a status told by an agency does to a delivery. */
export function applyStatus(current: DeliveryProgress, status: StatusReport): StatusOutcome {
  const rule = STATUSES[status.code];
  if (status.by !== rule.by) return { kind: 'refused', code: 'status.wrong_party' };
  if (rule.reasonRequired && !status.reason?.trim()) return { kind: 'refused', code: 'status.reason_required' };
  const meaning = MEANINGS[status.code];
  if ('state' in meaning) return moveState(current, meaning.state);
  // 15 and 16 answer a recall where one was asked for, else an update.
  const { recall } = meaning;
  if (recall !== 'asked' && current.recall === 'none' && current.amendment !== 'none') {
    return moveAmendment(current, recall);
  }
  return moveRecall(current, recall);
}

/**
 * The sender's wish to have a document back, as far as it can be granted at once: what the receiver has not read yet is
 * withdrawn and never shown; the rest is asked for, or `cancel`led by the axis's policy.
 */
export function applyRecall(
  current: DeliveryProgress,
  { fetched, policy }: { readonly fetched: boolean; readonly policy: 'ask' | 'cancel' },
): StatusOutcome {
  if (!fetched && leadsTo(current.state, 'withdrawn')) return moveState(current, 'withdrawn');
  const asked = moveRecall(current, 'asked');
  if (policy === 'ask' || asked.kind === 'refused' || current.state === 'recalled') return asked;
  return { ...progressOf(current), kind: 'advanced', state: 'recalled', recall: 'cancelled' };
}

/** The sender takes the receiver off the list: what it has not read it never sees. */
export function applyRemoval(current: DeliveryProgress, { fetched }: { readonly fetched: boolean }): StatusOutcome {
  return moveState(current, !fetched && leadsTo(current.state, 'withdrawn') ? 'withdrawn' : 'removed');
}

/** Another document takes its place: what the receiver has not read it needs to see no more, the rest stays with it. */
export function applySupersession(
  current: DeliveryProgress,
  { fetched }: { readonly fetched: boolean },
): StatusOutcome {
  return fetched || !leadsTo(current.state, 'withdrawn') ? { kind: 'late' } : moveState(current, 'withdrawn');
}

/** What the axis's own work (handing over, giving up, withdrawing) does to a delivery. */
export function applyTransport(current: DeliveryProgress, to: TransportState): StatusOutcome {
  return moveState(current, to);
}

/** Of anything that has one: an outcome, or a stored delivery. */
export const progressOf = ({ state, recall, amendment }: DeliveryProgress): DeliveryProgress => ({
  state,
  recall,
  amendment,
});

/** Is `later` further on the way than `earlier`? */
export function leadsTo(earlier: DeliveryState, later: DeliveryState): boolean {
  const next: readonly DeliveryState[] = DELIVERY_STATES[earlier].next;
  return next.some((state) => state === later || leadsTo(state, later));
}

function moveState(current: DeliveryProgress, to: DeliveryState): StatusOutcome {
  if (current.state === to) return { kind: 'repeated' };
  if (leadsTo(current.state, to)) return { ...progressOf(current), kind: 'advanced', state: to };
  return leadsTo(to, current.state) ? { kind: 'late' } : { kind: 'refused', code: 'status.impossible' };
}

/** An answer needs a question, and what was withdrawn before anybody had it can no longer be asked back. */
function moveRecall(current: DeliveryProgress, to: 'asked' | 'agreed' | 'declined'): StatusOutcome {
  if (current.recall === to) return { kind: 'repeated' };
  if (current.state === 'withdrawn' || current.state === 'removed')
    return { kind: 'refused', code: 'status.impossible' };
  if (current.recall === 'none' && to !== 'asked') return { kind: 'refused', code: 'status.impossible' };
  if (RECALL_ORDER.indexOf(to) < RECALL_ORDER.indexOf(current.recall)) return { kind: 'late' };
  return { ...progressOf(current), kind: 'advanced', state: to === 'agreed' ? 'recalled' : current.state, recall: to };
}

/** A receiver that declined an update may still agree to it later. */
function moveAmendment(current: DeliveryProgress, to: 'agreed' | 'declined'): StatusOutcome {
  if (current.amendment === to) return { kind: 'repeated' };
  if (AMENDMENT_ORDER.indexOf(to) < AMENDMENT_ORDER.indexOf(current.amendment)) return { kind: 'late' };
  return { ...progressOf(current), kind: 'advanced', amendment: to };
}
