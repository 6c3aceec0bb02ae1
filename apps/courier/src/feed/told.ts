import {
  type AgencyId,
  audienceOf,
  type AxisEvent,
  categoryOf,
  DELIVERY_STATES,
  problemOf,
  STATUSES,
  type ToldEventType,
  type ToldRole,
} from '@axis/edoc';
import type {
  AgencyName,
  DeliveryEntity,
  DeliveryStatusEntity,
  NewFeedEntry,
  Rejection,
  ToldDocument,
} from '@axis/storage';

/** An event and what it speaks of, as that stands when the event is recorded. */
export interface Happening {
  readonly id: string;
  readonly occurredAt: Date;
  readonly event: AxisEvent;
  readonly document: ToldDocument;
  readonly delivery?: DeliveryEntity | undefined;
  readonly status?: DeliveryStatusEntity | undefined;
  readonly names: ReadonlyMap<AgencyId, AgencyName>;
}

/**
 * What each agency concerned is told: enough to act without asking again, and none of the content. It is put together
 * when it is recorded, and never again: replayed, an event says the same.
 */
export function toldOf(happening: Happening): NewFeedEntry[] {
  const { id, occurredAt, event, document, delivery, names } = happening;
  const shared = dataOf(happening);
  return [...listeners(happening)].map(([agencyId, role]) => ({
    agencyId,
    id,
    role,
    // Events that nobody is told of have no listeners.
    type: event.type as ToldEventType,
    documentId: document.id,
    deliveryId: delivery?.id ?? null,
    occurredAt,
    data: { agency: names.get(agencyId as AgencyId)?.code ?? null, ...shared },
  }));
}

/** An agency that is on both sides is told once, as the receiver. */
function listeners({ event, document, delivery }: Happening): ReadonlyMap<string, ToldRole> {
  const agencies = { sender: delivery?.senderAgencyId ?? document.fromAgencyId, receiver: delivery?.agencyId };
  return new Map(
    audienceOf(event.type).flatMap((role) => (agencies[role] === undefined ? [] : [[agencies[role], role]])),
  );
}

function dataOf({ event, document, delivery, status, names }: Happening) {
  const { documentId, ...particulars } = event.data;
  const { reference, subject, kind, urgency } = document;
  const agency = (id: string) => {
    const known = names.get(id as AgencyId);
    return { code: known?.code ?? null, name: known?.name ?? null };
  };
  const forwarded = delivery && delivery.senderAgencyId !== document.fromAgencyId;
  const problem = problemIn(event, document, delivery);
  return {
    documentId,
    ...omitted(particulars),
    reference,
    subject,
    kind,
    urgency,
    from: agency(document.fromAgencyId),
    ...(forwarded && { forwardedBy: agency(delivery.senderAgencyId) }),
    ...(delivery && { to: agency(delivery.agencyId) }),
    state: delivery?.state ?? document.state,
    ...(delivery && { stateName: DELIVERY_STATES[delivery.state].label, recall: delivery.recall }),
    ...(status && { status: shownStatus(status) }),
    ...(problem && { problem: shownProblem(problem) }),
    href: {
      document: `/v1/documents/${documentId}`,
      ...(delivery && { delivery: `/v1/deliveries/${delivery.id}` }),
    },
  };
}

/** What is told in full is not told by its code or id too. */
function omitted(particulars: object): object {
  const { code: _code, statusId: _statusId, ...rest } = particulars as { code?: string; statusId?: string };
  return rest;
}

/** Only the failure itself tells its problem: what is recorded late may find that more has happened since. */
function problemIn({ type }: AxisEvent, { rejection }: ToldDocument, delivery: DeliveryEntity | undefined) {
  if (type === 'document.rejected') return rejection;
  return type === 'delivery.failed' ? delivery?.problem : undefined;
}

function shownStatus({ id, code, reason, staff, occurredAt }: DeliveryStatusEntity) {
  return { id, code, name: STATUSES[code].name, reason, staff, occurredAt };
}

function shownProblem(stored: Rejection) {
  const { code, params, vi, en } = problemOf(stored);
  return { code, category: categoryOf(code), params, messages: { vi, en } };
}
